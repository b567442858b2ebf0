// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.diff;

import io.zabra.core.base.Prng;
import io.zabra.interop.raw.Jute;
import io.zabra.interop.raw.Ops;
import io.zabra.interop.raw.Ops.AclEntry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Draws requests of every kind that a server answers on a connection that stays open.
final class Calls {

    private static final long TTL_LIMIT = (1L << 40) - 1;

    private final Prng random;
    private final Values values;
    private final boolean spoils;

    /// @param spoils whether some requests cannot be decoded
    Calls(Prng random, boolean spoils) {
        this.spoils = spoils;
        this.random = random;
        values = new Values(random);
    }

    /// Any request. Those with a fault in their bytes among them.
    Call any() {
        Call call = sound();
        boolean mayKillApache = call.op() == Ops.CREATE_TTL;
        boolean twoFaults = call.text().contains(" null ");
        if (spoils && !mayKillApache && !twoFaults && !call.outOfTurn() && random.below(100) < 3) {
            return values.spoiled(call);
        }
        if (call.xid() == null && random.below(200) == 0) {
            return call.withXid(values.oneOf(0, -3, -5, 1_000_000, Integer.MIN_VALUE, Integer.MAX_VALUE));
        }
        return call;
    }

    private Call sound() {
        int dice = random.below(1_000);
        if (dice < 240) {
            return create();
        }
        if (dice < 310) {
            return delete();
        }
        if (dice < 400) {
            return setData();
        }
        if (dice < 440) {
            return setAcl();
        }
        if (dice < 510) {
            return multi();
        }
        return dice < 850 ? read() : other(dice);
    }

    private Call read() {
        return switch (random.below(9)) {
            case 0, 1 -> reading(Ops.EXISTS, "exists");
            case 2, 3, 4 -> reading(Ops.GET_DATA, "getData");
            case 5 -> reading(Ops.GET_CHILDREN, "getChildren");
            case 6 -> reading(Ops.GET_CHILDREN2, "getChildren2");
            case 7 -> onPath(Ops.GET_ACL, "getACL", values.path());
            default -> multiRead();
        };
    }

    private Call other(int dice) {
        if (dice < 890) {
            return watch();
        }
        if (dice < 920) {
            return setWatches();
        }
        if (dice < 935) {
            return auth();
        }
        return switch (dice % 13) {
            case 0, 1 -> onPath(Ops.SYNC, "sync", values.path());
            case 2, 3 -> onPath(Ops.GET_ALL_CHILDREN_NUMBER, "getAllChildrenNumber", values.path());
            case 4, 5 -> onPath(Ops.GET_EPHEMERALS, "getEphemerals", values.path());
            case 6 -> Call.of(Ops.WHO_AM_I, "whoAmI", (out, env) -> {});
            case 7 ->
                Call.of(Ops.SASL, "sasl", (out, env) -> out.buffer(Ops.EMPTY)).withXid(-70);
            case 8 ->
                Call.of(
                        Ops.RECONFIG,
                        "reconfig",
                        (out, env) -> out.string(null).string(null).string(null).int64(-1));
            default -> Call.of(Ops.PING, "ping", (out, env) -> {}).withXid(values.oneOf(-2, -2, 5));
        };
    }

    Call create() {
        String path = random.chance(20) ? values.plainPath() + "/n-" : values.path();
        return create(values.oneOf(1, 1, 1, 15, 15, 15, 19, 21), path, values.flags());
    }

    private Call create(int op, @Nullable String path, int flags) {
        if (op != Ops.CREATE_TTL) {
            return create(op, path, values.data(), flags);
        }
        return createTtl(path == null ? values.plainPath() : path);
    }

    private Call create(int op, @Nullable String path, byte @Nullable [] data, int flags) {
        if (op == Ops.CREATE_CONTAINER && (flags == 1 || flags == 3)) {
            // Apache takes the node for an ephemeral until it is applied, and for a container from then on.
            return create(op, path, data, flags - 1);
        }
        if (path == null && (flags < 0 || flags > 3)) {
            // Which of two faults is told first is not worth copying.
            return create(op, values.plainPath(), data, flags);
        }
        List<AclEntry> acl = values.acl();
        String name = op == Ops.CREATE ? "create" : op == Ops.CREATE2 ? "create2" : "createContainer";
        return Call.of(
                op, "%s %s %s %s flags=%d".formatted(name, shown(path), shown(data), shown(acl), flags), (out, env) -> {
                    env.writePath(out, path).buffer(data);
                    Ops.acl(out, acl).int32(flags);
                });
    }

    /// A flag that is no TTL flag comes with a ttl of 0 or above: below 0 it would kill an Apache server.
    private Call createTtl(String path) {
        int flags = values.oneOf(5, 5, 6, 6, 0, 1, 4, 7);
        boolean ttlKind = flags == 5 || flags == 6;
        long ttl = switch (random.below(ttlKind ? 7 : 3)) {
            case 0 -> 0;
            case 1 -> TTL_LIMIT;
            case 2 -> TTL_LIMIT + 1;
            case 3 -> -1;
            default -> 3_600_000;
        };
        byte[] data = values.data();
        List<AclEntry> acl = values.acl();
        return Call.of(
                Ops.CREATE_TTL,
                "createTTL %s %s %s flags=%d ttl=%d".formatted(shown(path), shown(data), shown(acl), flags, ttl),
                (out, env) -> {
                    env.writePath(out, path).buffer(data);
                    Ops.acl(out, acl).int32(flags).int64(ttl);
                });
    }

    /// A plain node that everybody may use.
    Call plainCreate(String path) {
        return plainCreate(path, "v");
    }

    Call plainCreate(String path, String text) {
        return Call.of(Ops.CREATE, "create " + path + " '" + text + "'", (out, env) -> {
            env.writePath(out, path).buffer(env.path(text).getBytes(StandardCharsets.UTF_8));
            Ops.acl(out, AclEntry.OPEN).int32(0);
        });
    }

    private Call delete() {
        String path = values.path();
        int version = values.version();
        return Call.of(
                Ops.DELETE,
                "delete " + shown(path) + " v=" + version,
                (out, env) -> env.writePath(out, path).int32(version));
    }

    Call setData() {
        String path = values.path();
        byte[] data = values.data();
        int version = values.version();
        // A write to the configuration node is one of the intended differences.
        String safe = "/zookeeper/config".equals(path) ? "$/a" : path;
        return Call.of(
                Ops.SET_DATA,
                "setData %s %s v=%d".formatted(shown(safe), shown(data), version),
                (out, env) -> env.writePath(out, safe).buffer(data).int32(version));
    }

    /// Never on a node outside the plan's own tree, which later plans have to share.
    private Call setAcl() {
        String path = values.path();
        List<AclEntry> acl = values.acl();
        int version = values.version();
        String safe = path != null && path.startsWith(Env.ROOT) ? path : "$/a";
        return Call.of(Ops.SET_ACL, "setACL %s %s v=%d".formatted(shown(safe), shown(acl), version), (out, env) -> {
            env.writePath(out, safe);
            Ops.acl(out, acl).int32(version);
        });
    }

    private Call check() {
        String path = values.path();
        int version = values.version();
        return Call.of(
                Ops.CHECK,
                "check " + shown(path) + " v=" + version,
                (out, env) -> env.writePath(out, path).int32(version));
    }

    private Call multi() {
        var parts = new ArrayList<Call>();
        for (int i = random.below(6); i > 0; i--) {
            parts.add(
                    switch (random.below(20)) {
                        case 0, 1, 2 -> delete();
                        case 3, 4, 5, 6 -> setData();
                        case 7, 8, 9 -> check();
                        case 10 -> random.chance(30) ? read() : setData();
                        default ->
                            random.chance(50)
                                    ? create(1, values.plainPath(), values.oneOf(0, 0, 1, 2, 3, 4))
                                    : create();
                    });
        }
        // In a multi, what is null is one of the intended differences.
        parts.removeIf(part -> part.parts() != null
                || part.text().contains(" null flags")
                || part.text().contains(" null v="));
        return Call.multi(Ops.MULTI, parts);
    }

    private Call multiRead() {
        var parts = new ArrayList<Call>();
        for (int i = random.below(5); i > 0; i--) {
            parts.add(
                    switch (random.below(20)) {
                        case 0 -> setData();
                        case 1 -> reading(Ops.EXISTS, "exists");
                        case 2, 3, 4, 5, 6, 7, 8 -> reading(Ops.GET_CHILDREN, "getChildren");
                        default -> reading(Ops.GET_DATA, "getData");
                    });
        }
        return Call.multi(Ops.MULTI_READ, parts);
    }

    private Call reading(int op, String name) {
        String path = values.path();
        boolean watch = random.chance(50);
        return Call.of(
                op,
                name + " " + shown(path) + (watch ? " watch" : ""),
                (out, env) -> env.writePath(out, path).bool(watch));
    }

    private static Call onPath(int op, String name, @Nullable String path) {
        return Call.of(op, name + " " + shown(path), (out, env) -> env.writePath(out, path));
    }

    private Call watch() {
        int kind = random.below(4);
        // A watch on no path at all is one of the intended differences.
        String drawn = values.path();
        String path = drawn == null ? Env.ROOT : drawn;
        int number =
                kind < 2 ? values.oneOf(0, 0, 0, 1, 1, 1, 2, -1) : values.oneOf(1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 0, 6, -1);
        int op = kind < 2 ? Ops.ADD_WATCH : kind == 2 ? Ops.CHECK_WATCHES : Ops.REMOVE_WATCHES;
        String name = kind < 2 ? "addWatch" : kind == 2 ? "checkWatches" : "removeWatches";
        return Call.of(
                op,
                name + " " + shown(path) + " " + number,
                (out, env) -> env.writePath(out, path).int32(number));
    }

    Call setWatches() {
        int lists = random.chance(50) ? 3 : 5;
        int delta = random.below(30);
        int origin = random.below(10);
        var paths = new ArrayList<List<String>>();
        for (int i = 0; i < lists; i++) {
            var list = new ArrayList<String>();
            for (int n = random.below(4); n > 0; n--) {
                String path = values.path();
                list.add(path == null ? "$" : path);
            }
            paths.add(list);
        }
        String since = origin == 0 ? "0" : origin == 1 ? "max" : "base+" + delta;
        Call call = Call.of(
                lists == 3 ? Ops.SET_WATCHES : Ops.SET_WATCHES2,
                (lists == 3 ? "setWatches" : "setWatches2") + " since " + since + " " + shown(paths),
                (out, env) -> {
                    out.int64(origin == 0 ? 0 : origin == 1 ? Long.MAX_VALUE : env.baseZxid() + delta);
                    paths.forEach(list -> write(out, env, list));
                });
        return random.chance(80) ? call.withXid(-8) : call;
    }

    private static void write(Jute out, Env env, List<String> paths) {
        out.int32(paths.size());
        paths.forEach(path -> env.writePath(out, path));
    }

    Call auth() {
        int xid = values.oneOf(-4, -4, -4, -40);
        if (random.chance(10)) {
            return Call.of(Ops.AUTH, "auth ip", (out, env) -> out.raw(Ops.auth("ip", Ops.EMPTY)))
                    .withXid(xid);
        }
        String user = random.chance(12) ? "super" : values.user();
        byte[] secret = user.equals("super") ? "super:secret".getBytes(StandardCharsets.US_ASCII) : Values.secret(user);
        return Call.of(Ops.AUTH, "auth " + user, (out, env) -> out.raw(Ops.auth("digest", secret)))
                .withXid(xid);
    }

    private static String shown(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case byte[] bytes -> bytes.length + "B";
            default -> {
                String text =
                        value.equals(AclEntry.OPEN) ? "open" : value.toString().replace("AclEntry", "");
                yield text.length() > 300 ? text.substring(0, 40) + "...(" + text.length() + ")" : text;
            }
        };
    }
}
