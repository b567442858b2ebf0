// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.base.NodeConfig;
import io.zabra.wire.data.Acl;
import io.zabra.wire.data.Id;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessControlTest {

    private static final Id ANYONE = new Id("world", "anyone");
    private static final Id PEER = new Id("ip", "10.1.2.3");
    private static final Id ALICE = new Id("digest", "alice:secret-hash");

    private final AccessControl access =
            AccessControl.of(NodeConfig.defaults().tree(), NodeConfig.defaults().limits());

    @Test
    void aclsAreHeldAgainstPermissionAndCredential() {
        List<Acl> acl = List.of(new Acl(Acl.READ, ANYONE), new Acl(Acl.WRITE, ALICE));
        assertThat(access.permits(acl, Acl.READ, List.of(PEER))).isTrue();
        assertThat(access.permits(acl, Acl.WRITE, List.of(PEER))).isFalse();
        assertThat(access.permits(acl, Acl.WRITE, List.of(PEER, ALICE))).isTrue();
        assertThat(access.permits(acl, Acl.ADMIN, List.of(PEER, ALICE))).isFalse();
        assertThat(access.permits(acl, Acl.ADMIN, List.of(new Id("super", "")))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.2.3, 10.1.2.3, true",
        "10.1.2.4, 10.1.2.3, false",
        "10.1.2.3, 10.1.0.0/16, true",
        "10.2.2.3, 10.1.0.0/16, false",
        "10.1.2.3, 0.0.0.0/0, true",
        "::1, 0.0.0.0/0, false",
        "2001:db8::7, 2001:db8::/32, true",
        "2001:db9::7, 2001:db8::/32, false",
        "0:0:0:0:0:0:0:1, ::1, true"
    })
    void addressesMatchByPrefixWithinTheirFamily(String peer, String entry, boolean expected) {
        assertThat(new IpScheme().matches(peer, entry)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10.1.2",
                "10.1.2.256",
                "10.1.2.3/33",
                "10.1.2.3/",
                "1.2.3.4/-1",
                "::1::2",
                "12345::",
                "a.b.c.d"
            })
    void malformedAddressesAreInvalid(String entry) {
        assertThat(new IpScheme().validId(entry)).isFalse();
    }

    @Test
    void schemeAuthBecomesTheAuthenticatedCredentials() {
        List<Acl> acl = List.of(new Acl(Acl.ALL, new Id("auth", "")));
        assertThat(fixUp(acl, List.of(ALICE, PEER))).isEqualTo(new FixedAcl.Valid(List.of(new Acl(Acl.ALL, ALICE))));
        assertThat(fixUp(acl, List.of(PEER))).isEqualTo(FixedAcl.INVALID);
    }

    @Test
    void invalidAclsAreRefused() {
        assertThat(fixUp(List.of(), List.of())).isEqualTo(FixedAcl.INVALID);
        assertThat(fixUp(null, List.of())).isEqualTo(FixedAcl.INVALID);
        for (Id id : List.of(
                new Id("bogus", "x"), new Id("world", "nobody"), new Id("digest", "a:b:c"), new Id(null, "x"))) {
            assertThat(fixUp(List.of(new Acl(1, id)), List.of())).as("%s", id).isEqualTo(FixedAcl.INVALID);
        }
    }

    @Test
    void duplicatesAreDroppedAndTheOrderOfFirstOccurrenceIsKept() {
        Acl b = new Acl(1, new Id("ip", "10.0.0.2"));
        Acl a = new Acl(1, new Id("ip", "10.0.0.1"));
        Acl more = new Acl(3, new Id("ip", "10.0.0.1"));
        assertThat(fixUp(List.of(b, a, b, more, a, b), List.of())).isEqualTo(new FixedAcl.Valid(List.of(b, a, more)));
    }

    @Test
    @Timeout(20)
    void timeGrowsNoFasterThanTheListEvenIfAllHashesAreEqual() {
        List<Acl> acl = new ArrayList<>();
        for (int i = 0; i < 1 << 16; i++) {
            StringBuilder zone = new StringBuilder("::1%");
            for (int bit = 0; bit < 16; bit++) {
                zone.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            acl.add(new Acl(1, new Id("ip", zone.toString())));
        }
        assertThat(acl.get(0).hashCode()).isEqualTo(acl.getLast().hashCode());
        AccessControl generous = new AccessControl(List.of(new IpScheme()), false, Integer.MAX_VALUE);
        assertThat(generous.fixUp(acl, List.of(), Long.MAX_VALUE)).isEqualTo(new FixedAcl.Valid(acl));
    }

    @Test
    void aclsWithTooManyEntriesAreInvalid() {
        List<Acl> acl = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            acl.add(new Acl(i, ANYONE));
        }
        assertThat(fixUp(acl, List.of())).isEqualTo(new FixedAcl.Valid(acl));
        acl.add(new Acl(1_000, ANYONE));
        assertThat(fixUp(acl, List.of())).isEqualTo(FixedAcl.INVALID);
    }

    @Test
    void expansionStopsWhereThereIsNoMoreRoom() {
        List<Id> credentials = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            credentials.add(new Id("digest", "user" + i + ":0123456789"));
        }
        List<Acl> acl = List.of(new Acl(1, new Id("auth", "")));
        int bytes = 4 + 10 * (4 + 4 + "digest".length() + 4 + "user0:0123456789".length());
        assertThat(access.fixUp(acl, credentials, bytes)).isInstanceOf(FixedAcl.Valid.class);
        assertThat(access.fixUp(acl, credentials, bytes - 1)).isEqualTo(FixedAcl.TOO_LONG);
    }

    @Test
    void manyCredentialsAgainstManyEntriesDecideAsFewDo() {
        List<Acl> acl = new ArrayList<>();
        List<Id> credentials = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            acl.add(new Acl(Acl.READ, new Id("digest", "entry" + i)));
            credentials.add(new Id("digest", "credential" + i));
        }
        acl.add(new Acl(Acl.WRITE, new Id("ip", "10.1.0.0/16")));
        acl.add(new Acl(Acl.READ, ALICE));
        assertThat(access.permits(acl, Acl.READ, credentials)).isFalse();
        credentials.add(ALICE);
        assertThat(access.permits(acl, Acl.READ, credentials)).isTrue();
        assertThat(access.permits(acl, Acl.WRITE, credentials)).isFalse();
        credentials.add(PEER);
        assertThat(access.permits(acl, Acl.WRITE, credentials)).isTrue();
    }

    private FixedAcl fixUp(@Nullable List<Acl> acl, List<Id> credentials) {
        return access.fixUp(acl, credentials, Long.MAX_VALUE);
    }

    @Test
    void digestsAreThoseOfApache() {
        List<Id> ids = access.authenticate("digest", "super:test".getBytes(StandardCharsets.UTF_8), "1.2.3.4");
        assertThat(ids).containsExactly(new Id("digest", "super:D/InIHSb7yEEbrWz8b9l71RjZJU="));
        assertThat(access.authenticate("bogus", new byte[0], "1.2.3.4")).isNull();
    }

    @Test
    void passwordHashesAreMasked() {
        List<Acl> masked = AccessControl.masked(List.of(new Acl(Acl.ALL, ALICE), new Acl(Acl.READ, ANYONE)));
        assertThat(masked).containsExactly(new Acl(Acl.ALL, new Id("digest", "alice:x")), new Acl(Acl.READ, ANYONE));
    }
}
