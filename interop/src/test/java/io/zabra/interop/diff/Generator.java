// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.diff;

import io.zabra.core.base.Prng;
import io.zabra.interop.raw.Handshake.Dialect;
import io.zabra.interop.raw.Jute;
import io.zabra.interop.raw.Ops;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Draws plans: a few clients on one small tree, most requests sound, some odd, some broken.
final class Generator {

    /// What a pair of servers is set up for.
    ///
    /// @param quotas whether hard quotas are enforced; they are judged by what is committed, so that pipelined writes
    ///     would be judged by chance, and plans then have no pipelines of writes
    /// @param spoils whether some requests cannot be decoded
    record Theme(boolean quotas, boolean spoils) {

        static final Theme PLAIN = new Theme(false, true);
        static final Theme QUOTAS = new Theme(true, true);
        /// Members of Apache's ensembles do not always outlive what they cannot decode.
        static final Theme ENSEMBLE = new Theme(false, false);
    }

    private static final int STEPS_MIN = 15;
    private static final int STEPS_MORE = 35;
    private static final int FRAME_LIMIT = 0xfffff;

    private final Theme theme;

    Generator(Theme theme) {
        this.theme = theme;
    }

    Plan draw(long seed) {
        return new Draft(new Prng(seed)).plan(seed);
    }

    /// One plan in the making.
    private final class Draft {
        private final Prng random;
        private final Values values;
        private final Calls calls;
        private final List<Step> steps = new ArrayList<>();
        private final boolean[] known = new boolean[Player.SLOTS];
        private final boolean[] connected = new boolean[Player.SLOTS];

        Draft(Prng random) {
            this.random = random;
            values = new Values(random);
            calls = new Calls(random, theme.spoils());
        }

        Plan plan(long seed) {
            if (random.chance(80)) {
                send(0, List.of(calls.plainCreate("$/a"), calls.plainCreate("$/b"), calls.plainCreate("$/a/x")));
            }
            if (random.chance(theme.quotas() ? 50 : 10)) {
                quota(0);
            }
            int count = STEPS_MIN + random.below(STEPS_MORE);
            for (int i = 0; i < count; i++) {
                step(random.below(100) < 50 ? 0 : random.below(Player.SLOTS));
            }
            return new Plan(seed, List.copyOf(steps));
        }

        private void step(int slot) {
            int dice = random.below(1_000);
            if (dice < 800) {
                send(slot, List.of(calls.any()));
            } else if (dice < 900) {
                pipeline(slot);
            } else if (dice < 920) {
                reconnect(slot);
            } else if (dice < 935) {
                steps.add(new Step.Resume(slot, timeout(), dialect(), password()));
            } else if (dice < 950) {
                open(slot, true);
            } else if (dice < 965) {
                ending(slot);
            } else if (dice < 975) {
                broken(slot);
            } else if (dice < 985) {
                quota(slot);
            } else {
                send(slot, List.of(calls.auth()));
            }
        }

        private void send(int slot, List<Call> requests) {
            if (!connected[slot]) {
                if (known[slot] && random.chance(50)) {
                    steps.add(new Step.Resume(slot, timeout(), dialect(), Step.Password.RIGHT));
                } else {
                    open(slot, false);
                }
                connected[slot] = true;
            }
            steps.add(new Step.Send(slot, requests));
        }

        private void pipeline(int slot) {
            var requests = new ArrayList<Call>();
            for (int i = 2 + random.below(7); i > 0; i--) {
                Call call = calls.any();
                boolean quotaByChance = theme.quotas() && isWrite(call.op());
                requests.add(quotaByChance ? calls.setWatches() : call);
                if (call.op() == Ops.SET_ACL) {
                    // Apache judges what follows by the old list for as long as the new one is not applied.
                    break;
                }
            }
            send(slot, requests);
        }

        private static boolean isWrite(int op) {
            return switch (op) {
                case Ops.CREATE,
                        Ops.CREATE2,
                        Ops.CREATE_CONTAINER,
                        Ops.CREATE_TTL,
                        Ops.SET_DATA,
                        Ops.DELETE,
                        Ops.MULTI -> true;
                default -> false;
            };
        }

        private void open(int slot, boolean odd) {
            Step.Seen seen = odd && random.chance(25)
                    ? Step.Seen.FUTURE
                    : random.chance(20) ? Step.Seen.BASE : Step.Seen.NOTHING;
            Step.Password password = !odd
                    ? Step.Password.ZEROS
                    : values.oneOf(
                            List.of(Step.Password.NONE, Step.Password.EMPTY, Step.Password.WRONG, Step.Password.ZEROS));
            steps.add(new Step.Open(slot, timeout(), dialect(), password, seen));
            known[slot] = true;
            connected[slot] = seen != Step.Seen.FUTURE;
        }

        private void reconnect(int slot) {
            steps.add(new Step.Drop(slot));
            connected[slot] = false;
            if (known[slot] && random.chance(70)) {
                steps.add(new Step.Resume(slot, timeout(), dialect(), Step.Password.RIGHT));
                connected[slot] = true;
                if (random.chance(60)) {
                    steps.add(new Step.Send(slot, List.of(calls.setWatches())));
                }
            }
        }

        /// A request after which the server closes the connection.
        private void ending(int slot) {
            Call call = switch (random.below(7)) {
                case 0 ->
                    Call.of(Ops.AUTH, "auth of an unknown scheme", (out, env) -> out.raw(Ops.auth("bogus", Ops.EMPTY)));
                case 1 -> Call.of(Ops.AUTH, "auth world", (out, env) -> out.raw(Ops.auth("world", Ops.EMPTY)));
                case 2 -> {
                    int kept = random.below(8);
                    yield calls.auth().spoiled("cut", bytes -> java.util.Arrays.copyOf(bytes, kept));
                }
                case 3 -> {
                    int op = values.oneOf(0, 10, 13, 23, 99, 108, 999, -1, -12, Integer.MIN_VALUE);
                    yield Call.of(op, "unknown op " + op, (out, env) -> {});
                }
                default -> Call.of(Ops.CLOSE_SESSION, "closeSession", (out, env) -> {});
            };
            send(slot, List.of(call.closing()));
            connected[slot] = false;
        }

        private void broken(int slot) {
            if (!connected[slot]) {
                return;
            }
            int length = values.oneOf(-1, -5, Integer.MIN_VALUE, FRAME_LIMIT + 1, Integer.MAX_VALUE, 0, 4, 7);
            var bytes = new Jute().int32(length);
            for (int i = 0; i < length && i < 8; i++) {
                bytes.int8(0);
            }
            if (random.chance(10)) {
                steps.add(new Step.Broken(slot, "ruok".getBytes(StandardCharsets.US_ASCII), "four-letter word"));
            } else {
                steps.add(new Step.Broken(slot, bytes.toBytes(), "frame of length " + length));
            }
            connected[slot] = false;
        }

        /// All the nodes that make a quota on one node of the plan.
        private void quota(int slot) {
            String target = values.oneOf(List.of("$", "$/a", "$/a", "$/b"));
            String limits = values.oneOf(List.of(
                    "count=3,bytes=100",
                    "count=1,bytes=-1",
                    "count=-1,bytes=-1=;byteHardLimit=10;countHardLimit=3",
                    "count=2,bytes=5=;byteHardLimit=40;countHardLimit=4",
                    "count=-1,bytes=-1=;byteHardLimit=100",
                    "count=-1,bytes=-1=;countHardLimit=2"));
            var requests = new ArrayList<Call>();
            requests.add(calls.plainCreate("/zookeeper/quota$", ""));
            if (!target.equals(Env.ROOT)) {
                requests.add(calls.plainCreate("/zookeeper/quota" + target, ""));
            }
            requests.add(calls.plainCreate("/zookeeper/quota" + target + "/zookeeper_limits", limits));
            requests.add(calls.plainCreate("/zookeeper/quota" + target + "/zookeeper_stats", "count=0,bytes=0"));
            for (Call request : requests) {
                send(slot, List.of(request));
            }
        }

        private int timeout() {
            return values.oneOf(90_000, 90_000, 70_000, 1, 0, -5, Integer.MAX_VALUE);
        }

        private Dialect dialect() {
            return values.oneOf(List.of(
                    Dialect.READ_WRITE, Dialect.READ_WRITE, Dialect.READ_WRITE, Dialect.OLD, Dialect.READ_ONLY));
        }

        private Step.Password password() {
            return values.oneOf(List.of(
                    Step.Password.RIGHT,
                    Step.Password.RIGHT,
                    Step.Password.WRONG,
                    Step.Password.NONE,
                    Step.Password.EMPTY,
                    Step.Password.ZEROS));
        }
    }
}
