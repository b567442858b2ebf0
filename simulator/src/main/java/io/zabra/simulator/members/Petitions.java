// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.members;

import io.zabra.core.base.Prng;
import io.zabra.core.quorum.Member;
import io.zabra.core.quorum.Membership;
import io.zabra.core.quorum.QuorumRule;
import io.zabra.wire.client.ReconfigRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/// What administrators ask for: members that come, go, and change what they are.
public final class Petitions {

    private static final int ANY_VERSION = -1;
    private static final int WRONG_VERSION = 77;
    private static final int WEIGHT_MAX = 2;

    private final Prng random;
    private final List<Long> all;
    private final LongPredicate mayJoin;
    private List<Long> servers = List.of();

    /// @param all servers that there are, members or not
    /// @param mayJoin which of them may be members
    public Petitions(Prng random, List<Long> all, LongPredicate mayJoin) {
        this.random = random;
        this.all = List.copyOf(all);
        this.mayJoin = mayJoin;
    }

    /// The next one.
    ///
    /// @param present the members, as far as the administrator knows
    public ReconfigRequest next(Membership present) {
        servers = all.stream().filter(mayJoin::test).toList();
        if (servers.isEmpty()) {
            return step(present, null, null, ANY_VERSION);
        }
        boolean steps = present.rule() instanceof QuorumRule.Majority;
        long version = random.chance(70) ? ANY_VERSION : random.chance(80) ? present.version() : WRONG_VERSION;
        return switch (random.below(steps ? 12 : 4)) {
            case 0, 1 -> new ReconfigRequest(null, null, whole(), version);
            case 2 -> new ReconfigRequest(null, null, grouped(), version);
            case 3 -> step(present, misplaced(), null, version);
            case 4, 5, 6 -> step(present, joining(present, any(present, false)), null, version);
            case 7, 8, 9 -> step(present, null, any(present, true), version);
            case 10 -> step(present, joining(present, any(present, true)), null, version);
            default -> step(present, joining(present, any(present, false)), any(present, true), version);
        };
    }

    private static ReconfigRequest step(
            Membership present, @Nullable String joining, @Nullable Long leaving, long version) {
        boolean nothing = joining == null && leaving == null;
        String some = nothing ? Memberships.line(present.voters().getFirst(), "participant") : joining;
        return new ReconfigRequest(some, leaving == null ? null : leaving.toString(), null, version);
    }

    /// A server that is a member, or is not; null if there is none.
    private @Nullable Long any(Membership present, boolean member) {
        List<Long> such = new ArrayList<>();
        for (long sid : servers) {
            if ((present.member(sid) != null) == member) {
                such.add(sid);
            }
        }
        return such.isEmpty() ? null : such.get(random.below(such.size()));
    }

    /// A member changes its role; another one comes as what it may be.
    private @Nullable String joining(Membership present, @Nullable Long sid) {
        if (sid == null) {
            return null;
        }
        Member before = present.member(sid);
        boolean votes = before == null ? random.chance(75) : !before.participant();
        return Memberships.line(sid, votes ? "participant" : "observer");
    }

    /// A server that would be where another one is.
    private String misplaced() {
        long sid = servers.get(random.below(servers.size()));
        long other = servers.get(random.below(servers.size()));
        return "server." + sid + "=10.0.0." + other + ":2888:3888:participant;10.0.0." + sid + ":2181";
    }

    private List<String> some() {
        List<Long> rest = new ArrayList<>(servers);
        int gone = random.below(rest.size());
        for (int i = 0; i < gone; i++) {
            rest.remove(random.below(rest.size()));
        }
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < rest.size(); i++) {
            lines.add(Memberships.line(rest.get(i), i == 0 || random.chance(80) ? "participant" : "observer"));
        }
        return lines;
    }

    private String whole() {
        return String.join(",", some());
    }

    /// Two groups, and weights: the first server always weighs something.
    private String grouped() {
        List<String> lines = some();
        List<String> settings = new ArrayList<>(lines);
        StringBuilder[] groups = {new StringBuilder(), new StringBuilder()};
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).contains("participant")) {
                String sid =
                        lines.get(i).substring("server.".length(), lines.get(i).indexOf('='));
                StringBuilder group = groups[i == 0 ? 0 : random.below(2)];
                group.append(group.isEmpty() ? "" : ":").append(sid);
                int weight = i == 0 || random.chance(70) ? 1 : random.below(WEIGHT_MAX + 1);
                settings.add("weight." + sid + "=" + weight);
            }
        }
        for (int i = 0; i < groups.length; i++) {
            if (!groups[i].isEmpty()) {
                settings.add("group." + (i + 1) + "=" + groups[i]);
            }
        }
        return String.join(",", settings);
    }
}
