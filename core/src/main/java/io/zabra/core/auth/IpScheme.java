// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.auth;

import io.zabra.wire.data.Id;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The scheme `ip`: the address of the peer, in ACLs as `address` or `address/bits`
/// (Apache: IPAuthenticationProvider). Addresses are compared only within one family.
public final class IpScheme implements AuthScheme {

    public static final String NAME = "ip";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean authenticated() {
        return false;
    }

    @Override
    public boolean validId(String id) {
        int slash = id.indexOf('/');
        byte[] address = IpAddresses.parse(slash < 0 ? id : id.substring(0, slash));
        return address != null && (slash < 0 || bits(id, slash, address.length) >= 0);
    }

    @Override
    public boolean matches(String credential, String id) {
        int slash = id.indexOf('/');
        byte[] wanted = IpAddresses.parse(slash < 0 ? id : id.substring(0, slash));
        byte[] peer = IpAddresses.parse(credential);
        if (wanted == null || peer == null || wanted.length != peer.length) {
            return false;
        }
        int bits = slash < 0 ? wanted.length * 8 : bits(id, slash, wanted.length);
        return bits >= 0 && samePrefix(wanted, peer, bits);
    }

    @Override
    public boolean exact() {
        return false;
    }

    @Override
    public @Nullable List<Id> authenticate(byte[] token, String remoteAddress) {
        return List.of(new Id(NAME, remoteAddress));
    }

    @Override
    public String userName(String credential) {
        return credential;
    }

    private static int bits(String id, int slash, int addressLength) {
        String text = id.substring(slash + 1);
        if (text.isEmpty() || text.length() > 3) {
            return -1;
        }
        int bits = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            bits = bits * 10 + (c - '0');
        }
        return bits <= addressLength * 8 ? bits : -1;
    }

    private static boolean samePrefix(byte[] a, byte[] b, int bits) {
        for (int i = 0; i < bits; i++) {
            int mask = 0x80 >> (i % 8);
            if ((a[i / 8] & mask) != (b[i / 8] & mask)) {
                return false;
            }
        }
        return true;
    }
}
