// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.diff;

import io.zabra.core.base.Prng;
import io.zabra.interop.raw.Ops.AclEntry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Draws the values of requests: from small pools, so that requests meet each other, and now and then an odd one.
final class Values {

    private static final String[] PATHS = {
        "$", "$/a", "$/a", "$/b", "$/c", "$/a/x", "$/a/x", "$/a/y", "$/b/z", "$/a/x/p", "$/c/q"
    };

    private static final String[] COUNTED = {
        "$/a/n-0000000000", "$/a/n-0000000001", "$/b/n-0000000000", "$/b/0000000000", "$/n-0000000003"
    };

    private static final String[] ODD_PATHS = {
        "/",
        "",
        "x",
        "a/b",
        "//x",
        "$/",
        "$//a",
        "$/a/",
        "$/.",
        "$/..",
        "$/a/./x",
        "$/a/../b",
        "$/...",
        "$/a..b",
        "$/.x",
        "$/a\u0000",
        "$/\u0001",
        "$/\u001f",
        "$/ ",
        "$/\u007f",
        "$/\u009f",
        "$/\u00a0",
        "$/\u00e9t\u00e9",
        "$/e\u0301",
        "$/\ud83d\ude00",
        "$/\ue000",
        "$/\uf8ff",
        "$/\uf900",
        "$/\uffef",
        "$/\ufff0",
        "$/\ufffd",
        "$/\u2028",
        "/zookeeper",
        "/zookeeper/",
        "/zookeeper/quota",
        "/zookeeper/config",
        "/zookeeper/nope",
        "$/" + Env.BAD_BYTE,
        "$/a/" + Env.BAD_BYTE + "z",
        "$x",
        "/absent/x",
        "/zookeeper/config/x"
    };

    private static final String[] DIGESTS = {"u1", "u2", "u3"};

    private final Prng random;

    Values(Prng random) {
        this.random = random;
    }

    <T> T oneOf(List<T> values) {
        return values.get(random.below(values.size()));
    }

    int oneOf(int... values) {
        return values[random.below(values.length)];
    }

    private String oneOf(String[] values) {
        return values[random.below(values.length)];
    }

    /// A path; null one time in many.
    @Nullable
    String path() {
        int dice = random.below(1_000);
        if (dice < 880) {
            return oneOf(PATHS);
        }
        if (dice < 950) {
            return oneOf(COUNTED);
        }
        if (dice < 993) {
            return oneOf(ODD_PATHS);
        }
        return dice < 996 ? null : "$/" + "long".repeat(oneOf(50, 500, 8_000));
    }

    /// A path of the small pool: for requests that are to succeed.
    String plainPath() {
        return oneOf(PATHS);
    }

    byte @Nullable [] data() {
        return switch (random.below(12)) {
            case 0 -> null;
            case 1, 2 -> new byte[0];
            case 3 -> new byte[] {0, 1, -1, 127, -128};
            case 4 -> new byte[oneOf(1, 1_000, 1_025, 20_000)];
            default -> ("v" + random.below(100)).getBytes(StandardCharsets.US_ASCII);
        };
    }

    int version() {
        return random.chance(50) ? -1 : oneOf(0, 0, 0, 1, 1, 2, 3, -2, 7, Integer.MAX_VALUE, Integer.MIN_VALUE);
    }

    int flags() {
        return random.chance(50) ? 0 : oneOf(1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 6, 7, 9, -1, Integer.MAX_VALUE);
    }

    @Nullable
    List<AclEntry> acl() {
        int dice = random.below(100);
        if (dice < 74) {
            return AclEntry.OPEN;
        }
        if (dice < 76) {
            return null;
        }
        if (dice < 78) {
            return List.of();
        }
        var list = new ArrayList<AclEntry>();
        for (int i = oneOf(1, 1, 1, 2, 3); i > 0; i--) {
            list.add(entry());
        }
        // Apache trips over a scheme that is null when it looks for duplicates; with one entry it does not look.
        list.removeIf(entry -> entry.scheme() == null && list.size() > 1);
        return list;
    }

    private AclEntry entry() {
        int perms = oneOf(31, 31, 1, 2, 4, 8, 16, 3, 7, 15, 30, 0, 0xff, -1);
        return switch (random.below(14)) {
            case 0, 1, 2 -> new AclEntry(perms, "world", "anyone");
            case 3 -> new AclEntry(perms, "world", "nobody");
            case 4, 5 -> new AclEntry(perms, "auth", random.chance(50) ? "" : "x");
            case 6, 7, 8 -> new AclEntry(perms, "digest", digestId(oneOf(DIGESTS)));
            case 9 -> new AclEntry(perms, "digest", random.chance(50) ? "nocolon" : "a:b:c");
            case 10 -> new AclEntry(perms, "ip", oneOf(List.of("127.0.0.1", "127.0.0.0/8", "0.0.0.0/0", "10.1.2.3")));
            case 11 ->
                new AclEntry(
                        perms, "ip", oneOf(List.of("1.2.3", "1.2.3.999", "127.0.0.1/33", "::1", "x", "1.2.3.4/-1")));
            case 12 -> new AclEntry(perms, oneOf(List.of("bogus", "super", "x509", "sasl", "")), "x");
            default -> new AclEntry(perms, null, random.chance(50) ? "x" : null);
        };
    }

    String user() {
        return oneOf(DIGESTS);
    }

    static byte[] secret(String user) {
        return (user + ":pw-" + user).getBytes(StandardCharsets.US_ASCII);
    }

    private static String digestId(String user) {
        try {
            byte[] hash = java.security.MessageDigest.getInstance("SHA-1").digest(secret(user));
            return user + ":" + java.util.Base64.getEncoder().encodeToString(hash);
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Bytes with one thing wrong: cut short, one byte changed, or with more behind.
    Call spoiled(Call call) {
        int at = random.below(1_000);
        int kind = random.below(8);
        int value = oneOf(0, 1, 2, 0x7f, 0x80, 0xff, random.below(256));
        return switch (kind) {
            case 0, 1, 2, 3 ->
                call.spoiled("cut at " + at, b -> java.util.Arrays.copyOf(b, b.length == 0 ? 0 : at % b.length));
            case 4 -> call.spoiled("with 3 bytes more", b -> java.util.Arrays.copyOf(b, b.length + 3));
            case 5 ->
                call.spoiled("first byte " + value, b -> {
                    if (b.length > 0) {
                        b[0] = (byte) value;
                    }
                    return b;
                });
            default ->
                // Without the high bit: Apache takes a list of a negative count for an empty one.
                call.spoiled("byte %d is %d".formatted(at, value & 0x7f), b -> {
                    if (b.length > 0) {
                        b[at % b.length] = (byte) (value & 0x7f);
                    }
                    return b;
                });
        };
    }
}
