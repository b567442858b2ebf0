// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.cluster;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/// What happens to an ensemble, one thing after the other and sometimes two at a time, drawn from a seed.
final class Trouble {

    /// Kinds of it.
    enum Kind {
        KILL_LEADER,
        KILL_FOLLOWER,
        KILL_ANY,
        KILL_ALL,
        STOP_ANY,
        FREEZE_LEADER,
        FREEZE_ANY,
        FREEZE_ALL,
        ISOLATE_LEADER,
        ISOLATE_ANY,
        CUT_ONE_WAY,
        SPLIT,
        RESET,
        SLOW,
        WIPE_DISK,
        DAMAGE_LOG,
        DAMAGE_RECORD
    }

    private static final int SHORT_MS = 1_500;

    /// Longer than sessions live.
    private static final int LONG_MS = 9_000;

    private final Cluster cluster;
    private final Random random;
    private final Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
    private final Set<ClusterMember> down = new LinkedHashSet<>();
    private final Set<ClusterMember> frozen = new LinkedHashSet<>();

    Trouble(Cluster cluster, Random random) {
        this.cluster = cluster;
        this.random = random;
    }

    /// How often each kind has happened.
    Map<Kind, Integer> counts() {
        return counts;
    }

    /// Begins one or two troubles, lets them last for a while, and ends them; does not wait until all is well again.
    void happen() throws IOException, InterruptedException {
        begin(draw());
        if (random.nextInt(3) == 0) {
            Thread.sleep(random.nextInt(SHORT_MS));
            begin(draw());
        }
        Thread.sleep(random.nextInt(5) == 0 ? random.nextInt(LONG_MS) : random.nextInt(SHORT_MS));
        end();
    }

    private Kind draw() {
        return Kind.values()[random.nextInt(Kind.values().length)];
    }

    private void begin(Kind kind) throws IOException, InterruptedException {
        boolean happens = switch (kind) {
            case KILL_LEADER -> kill(leading());
            case KILL_FOLLOWER -> kill(following());
            case KILL_ANY -> kill(List.of(any()));
            case KILL_ALL -> kill(cluster.members());
            case STOP_ANY -> stop(any());
            case FREEZE_LEADER -> freeze(leading());
            case FREEZE_ANY -> freeze(List.of(any()));
            case FREEZE_ALL -> freeze(cluster.members());
            case ISOLATE_LEADER -> isolate(leading());
            case ISOLATE_ANY -> isolate(List.of(any()));
            case CUT_ONE_WAY -> cut(any(), any());
            case SPLIT -> split();
            case RESET -> reset();
            case SLOW -> slow(1 + random.nextInt(20));
            case WIPE_DISK, DAMAGE_LOG, DAMAGE_RECORD -> lose(any(), kind);
        };
        if (happens) {
            counts.merge(kind, 1, Integer::sum);
        }
    }

    private void end() {
        frozen.forEach(ClusterMember::thaw);
        frozen.clear();
        cluster.network().heal();
        cluster.layout().proxies().delayAll(0);
        down.forEach(cluster::start);
        down.clear();
    }

    private ClusterMember any() {
        return cluster.members().get(random.nextInt(cluster.members().size()));
    }

    /// Those that lead; may be none, or two.
    private List<ClusterMember> leading() {
        return cluster.voters().stream()
                .filter(each -> each.mode().equals("leader"))
                .toList();
    }

    private List<ClusterMember> following() {
        return cluster.voters().stream()
                .filter(each -> each.mode().equals("follower"))
                .limit(1)
                .toList();
    }

    private boolean kill(List<ClusterMember> victims) {
        List<ClusterMember> running = new ArrayList<>(victims);
        running.removeAll(down);
        running.forEach(ClusterMember::kill);
        frozen.removeAll(running);
        down.addAll(running);
        return !running.isEmpty();
    }

    private boolean stop(ClusterMember victim) throws InterruptedException {
        if (down.contains(victim) || frozen.contains(victim)) {
            return false;
        }
        victim.terminate();
        return down.add(victim);
    }

    private boolean freeze(List<ClusterMember> victims) {
        List<ClusterMember> running = new ArrayList<>(victims);
        running.removeAll(down);
        running.forEach(ClusterMember::freeze);
        return frozen.addAll(running);
    }

    private boolean isolate(List<ClusterMember> victims) {
        victims.forEach(each -> cluster.network().isolate(each.id()));
        return !victims.isEmpty();
    }

    private boolean cut(ClusterMember from, ClusterMember to) {
        cluster.network().cut(from.id(), to.id());
        return from != to;
    }

    /// In two halves, each direction of each way.
    private boolean split() {
        int size = cluster.members().size();
        int half = random.nextInt(1 << size);
        for (int from = 0; from < size; from++) {
            for (int to = 0; to < size; to++) {
                if ((half >> from & 1) != (half >> to & 1)) {
                    cluster.network().cut(from + 1, to + 1);
                }
            }
        }
        return half != 0 && half != (1 << size) - 1;
    }

    private boolean reset() {
        cluster.layout().proxies().reset();
        return true;
    }

    private boolean slow(int ms) {
        cluster.layout().proxies().delayAll(ms);
        return true;
    }

    /// Only where all others have what the victim loses.
    private boolean lose(ClusterMember victim, Kind kind) throws IOException {
        if (!down.isEmpty()
                || !frozen.isEmpty()
                || cluster.members().stream().anyMatch(each -> each.mode().isEmpty())) {
            return false;
        }
        victim.kill();
        down.add(victim);
        switch (kind) {
            case WIPE_DISK -> Damage.wipe(victim);
            case DAMAGE_LOG -> {
                return Damage.log(victim);
            }
            default -> Damage.record(victim);
        }
        return true;
    }
}
