// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.base.NodeConfig;
import io.zabra.wire.data.Acl;
import io.zabra.wire.data.Id;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessControlTest {

    private static final Id ANYONE = new Id("world", "anyone");
    private static final Id PEER = new Id("ip", "10.1.2.3");
    private static final Id ALICE = new Id("digest", "alice:secret-hash");

    private final AccessControl access = AccessControl.of(NodeConfig.defaults().tree());

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
        assertThat(access.fixUp(acl, List.of(ALICE, PEER))).containsExactly(new Acl(Acl.ALL, ALICE));
        assertThat(access.fixUp(acl, List.of(PEER))).isNull();
    }

    @Test
    void invalidAclsAreRefusedAndDuplicatesDropped() {
        assertThat(access.fixUp(List.of(), List.of())).isNull();
        assertThat(access.fixUp(null, List.of())).isNull();
        assertThat(access.fixUp(List.of(new Acl(1, new Id("bogus", "x"))), List.of()))
                .isNull();
        assertThat(access.fixUp(List.of(new Acl(1, new Id("world", "nobody"))), List.of()))
                .isNull();
        assertThat(access.fixUp(List.of(new Acl(1, new Id("digest", "a:b:c"))), List.of()))
                .isNull();
        assertThat(access.fixUp(List.of(new Acl(1, new Id(null, "x"))), List.of()))
                .isNull();
        assertThat(access.fixUp(List.of(new Acl(1, ANYONE), new Acl(1, ANYONE)), List.of()))
                .hasSize(1);
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
