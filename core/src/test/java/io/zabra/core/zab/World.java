// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

import io.zabra.core.base.Prng;
import io.zabra.core.log.Zxid;
import io.zabra.core.quorum.Membership;
import io.zabra.wire.quorum.Notification;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A few servers in memory, with a network between them, disks below them, and a clock; all of it decided by a seed.
final class World {

    /// Two of three groups decide; the last server weighs nothing. None is needed for every quorum.
    private static final String GROUPS = "group.1=1\ngroup.2=2\ngroup.3=3:4:5\nweight.5=0\n";

    private record Event(long atMs, long order, Runnable action) {}

    final Prng random;
    final Mutant mutant;
    final Membership membership;
    /// Which membership may take its place; null if members do not change.
    final @Nullable Membership next;
    final Ghost ghost = new Ghost(this);
    final List<String> story = new ArrayList<>();
    final int voters;
    /// Whether observers learn from followers, not from the leader.
    final boolean behindFollowers;
    private final List<Server> servers = new ArrayList<>();
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::atMs).thenComparingLong(Event::order));
    private final boolean[][] cut;
    private final long[][] lastVoteMs;
    /// Of an epoch: in some worlds they are used up soon.
    final long lastNumber;
    long nowMs = 10_000;
    int linkDelayMsMax = 5;
    private long order;
    private long hash;

    World(long seed, int voters, int observers, Mutant mutant) {
        this(
                new Prng(seed),
                membership(seed, voters, observers),
                null,
                mutant,
                seed % 4 == 1 ? 1 + seed % 20 : Zxid.COUNTER_MAX,
                seed % 2 == 0);
    }

    /// One whose members may change, and may be about to.
    World(long seed, Membership membership, Membership next) {
        this(new Prng(seed), membership, next, Mutant.NONE, Zxid.COUNTER_MAX, false);
    }

    private World(
            Prng random,
            Membership membership,
            @Nullable Membership next,
            Mutant mutant,
            long lastNumber,
            boolean behindFollowers) {
        this.random = random;
        this.membership = membership;
        this.next = next;
        this.mutant = mutant;
        this.lastNumber = lastNumber;
        this.behindFollowers = behindFollowers;
        this.voters = membership.voters().size();
        int size = membership.members().size();
        for (int sid = 1; sid <= size; sid++) {
            servers.add(new Server(sid, this));
        }
        cut = new boolean[size][size];
        lastVoteMs = new long[size][size];
    }

    private static Membership membership(long seed, int voters, int observers) {
        StringBuilder text = new StringBuilder();
        for (int sid = 1; sid <= voters + observers; sid++) {
            String role = sid <= voters ? "participant" : "observer";
            text.append("server." + sid + "=10.0.0." + sid + ":2888:3888:" + role + "\n");
        }
        if (voters == 5 && seed / 3 % 2 == 0) {
            text.append(GROUPS);
        }
        return Membership.parse(text + "version=0");
    }

    List<Server> servers() {
        return servers;
    }

    Server server(long sid) {
        return servers.get((int) sid - 1);
    }

    Server any() {
        return servers.get(random.below(servers.size()));
    }

    /// Whether a quorum of the voters is such, before the members have changed or after.
    boolean quorum(Predicate<Server> such) {
        return membership.isQuorum(sid -> such.test(server(sid)))
                || next != null && next.isQuorum(sid -> such.test(server(sid)));
    }

    void start() {
        servers.forEach(server -> in(random.below(100), server::start));
    }

    void in(int delayMs, Runnable action) {
        events.add(new Event(nowMs + delayMs, order++, action));
    }

    /// Lets time pass.
    void run(long ms) {
        long end = nowMs + ms;
        while (!events.isEmpty() && events.peek().atMs() <= end) {
            Event event = events.remove();
            nowMs = event.atMs();
            event.action().run();
        }
        nowMs = end;
    }

    void elect(Server from, long to, Notification notification) {
        int copies = random.chance(5) ? 0 : random.chance(5) ? 2 : 1;
        Server there = server(to);
        int row = (int) from.sid - 1;
        int column = (int) to - 1;
        for (int i = 0; i < copies; i++) {
            long dueMs = Math.max(lastVoteMs[row][column], nowMs + 1 + random.below(2 * linkDelayMsMax));
            lastVoteMs[row][column] = dueMs;
            in((int) (dueMs - nowMs), () -> {
                if (!cut(from, there)) {
                    there.input(new PeerInput.Heard(from.sid, notification));
                }
            });
        }
    }

    boolean cut(Server a, Server b) {
        return cut[(int) a.sid - 1][(int) b.sid - 1];
    }

    void cut(Server a, Server b, boolean isCut) {
        cut[(int) a.sid - 1][(int) b.sid - 1] = isCut;
        cut[(int) b.sid - 1][(int) a.sid - 1] = isCut;
    }

    void trace(long value) {
        hash = (hash ^ value) * 0x100000001b3L;
    }

    long hash() {
        return hash;
    }

    void tell(Server server, ZabEvent event) {
        story.add(nowMs + " " + server.sid + " " + event);
    }

    // --- Trouble.

    /// Something that goes wrong, or that a client wants.
    void happening() {
        Server server = any();
        int dice = random.below(100);
        if (dice < 55) {
            if (server.up()) {
                server.write();
            }
        } else if (dice < 70) {
            if (server.up()) {
                server.sync();
            }
        } else if (dice < 79) {
            restart(server, random.below(300));
        } else if (dice < 88) {
            story.add(nowMs + " " + server.sid + " reset");
            server.resetLink();
        } else if (dice < 95) {
            Server other = any();
            story.add(nowMs + " " + server.sid + " cut from " + other.sid);
            cut(server, other, server != other);
            in(random.below(800), () -> cut(server, other, false));
        } else if (dice < 97) {
            lose(server);
        } else {
            server.disk.delayMsMax = 4 + random.below(300);
            in(random.below(800), () -> server.disk.delayMsMax = 4);
        }
    }

    void restart(Server server, int delayMs) {
        if (!server.up()) {
            return;
        }
        story.add(nowMs + " " + server.sid + " crash");
        server.crash();
        in(delayMs, server::start);
    }

    /// The records of one server are damaged, or its disk is replaced by an empty one; of a second one only when the
    /// first has got its records back, and of none as long as others have never had any: else too few are left whose
    /// word counts.
    private void lose(Server server) {
        boolean othersHaveAll =
                servers.stream().noneMatch(other -> other.disk.lost || other.disk.epochs.current() == 0);
        if (server.up() && othersHaveAll) {
            boolean all = random.chance(50);
            story.add(nowMs + " " + server.sid + " loses its " + (all ? "disk" : "records"));
            server.crash();
            server.disk.lose();
            if (all) {
                server.disk.replace();
                ghost.replaced(server);
            }
            in(random.below(300), server::start);
        }
    }

    /// One life: trouble for a while, then peace, in which all must come together.
    void live(int troubles) {
        start();
        run(300);
        for (int i = 0; i < troubles; i++) {
            happening();
            run(random.below(60));
        }
        run(1_000);
        for (Server a : servers) {
            a.disk.delayMsMax = 4;
            servers.forEach(b -> cut(a, b, false));
        }
        settle(5_000);
        for (Server server : servers) {
            Broken.unless(server.write(), "server %d takes nothing", server.sid);
            settle(5_000);
            Broken.unless(server.sync(), "server %d asks nobody", server.sid);
        }
        settle(2_000);
        int searches = searches();
        run(500);
        Broken.unless(searches() == searches, "V2: servers look for leaders again");
    }

    private int searches() {
        return servers.stream().mapToInt(server -> server.searches).sum();
    }

    /// All serve, and have the same.
    private void settle(int msMax) {
        long end = nowMs + msMax;
        while (!settled()) {
            Broken.unless(nowMs < end, "V1, V4: not settled in time: %s", state());
            run(50);
        }
    }

    private boolean settled() {
        return servers.stream()
                .allMatch(server -> server.up()
                        && (server.leading != null || server.following != null)
                        && server.appliedCount == ghost.committed.size()
                        && server.disk.end() == ghost.zxidOf(ghost.committed.size())
                        && server.syncs.isEmpty());
    }

    String state() {
        StringBuilder text = new StringBuilder();
        for (Server server : servers) {
            text.append(
                    "\n" + server.sid + (server.up() ? " " + server.ensemble().state() : " down"));
            text.append(server.leading != null ? " leads" : server.following != null ? " follows" : "");
            text.append(" applied " + server.appliedCount + " of " + ghost.committed.size());
            text.append(" disk " + Long.toHexString(server.disk.end()) + " " + server.disk.epochs);
            text.append(" syncs " + server.syncs);
        }
        return text.toString();
    }
}
