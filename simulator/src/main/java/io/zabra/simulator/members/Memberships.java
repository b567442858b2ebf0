// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.members;

import io.zabra.core.log.Zxid;
import io.zabra.core.quorum.Membership;
import io.zabra.core.quorum.QuorumRule;
import io.zabra.simulator.check.Rule;
import io.zabra.simulator.check.Rules;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/// All memberships that an ensemble has had, whatever its members know of them: one comes after the other, and counts
/// when quorums of both have the transaction that brings it.
public final class Memberships {

    private final Rules rules;
    /// By version, from the list of the files on.
    private final TreeMap<Long, Membership> committed = new TreeMap<>();

    /// Of what was proposed, by version, whatever became of it.
    private final TreeMap<Long, Membership> proposed = new TreeMap<>();

    private final IdentityHashMap<Membership, PlainQuorum> quorums = new IdentityHashMap<>();
    /// The texts of those that are committed.
    private final Set<String> texts = new HashSet<>();

    /// @param first as the files of the first members have it
    public Memberships(Membership first, Rules rules) {
        this.rules = rules;
        commit(first);
    }

    private void commit(Membership next) {
        committed.put(next.version(), next);
        texts.add(next.text());
    }

    /// Whether those are a quorum for which `has` holds.
    public boolean isQuorum(Membership of, LongPredicate has) {
        return quorums.computeIfAbsent(of, _ -> new PlainQuorum(of.text())).is(has);
    }

    /// The one that counts.
    public Membership current() {
        return committed.lastEntry().getValue();
    }

    /// The one that a transaction brings; null if it brings none.
    public @Nullable Membership broughtBy(long zxid) {
        return proposed.get(zxid);
    }

    /// How many have been committed, without the first.
    public int changes() {
        return committed.size() - 1;
    }

    /// A leader proposes one.
    ///
    /// @param has which records are in its log
    public void proposes(Membership next, LongPredicate has) {
        for (long version : proposed.tailMap(current().version(), false).keySet()) {
            rules.check(
                    Rule.I19,
                    !has.test(version),
                    () -> next + " is proposed while the one of " + Zxid.text(version) + " is not committed");
        }
        rules.check(
                Rule.I19,
                next.version() > current().version(),
                () -> next + " is proposed, which is older than " + current());
        proposed.put(next.version(), next);
    }

    /// The transaction of this membership is committed.
    ///
    /// @param has who has it on its disk
    public void commits(Membership next, LongPredicate has) {
        Membership before = current();
        rules.check(
                Rule.I19,
                next.version() > before.version() && isQuorum(before, has) && isQuorum(next, has),
                () -> next + " follows " + before + " without quorums of both");
        commit(next);
    }

    /// A leader serves in a new epoch, and holds this for the committed one: it may have given the list of the files a
    /// version.
    public void begins(Membership known) {
        Membership before = current();
        if (Zxid.counter(known.version()) == 0 && known.version() > before.version()) {
            rules.check(
                    Rule.I19,
                    before.version() == 0 && known.sameMembersAs(before),
                    () -> known + " follows " + before + " without a transaction");
            commit(known);
        }
    }

    /// Those whose quorums an epoch needs whose leader has these records.
    public List<Membership> deciding(LongPredicate has) {
        List<Membership> deciding = new ArrayList<>();
        deciding.add(current());
        for (Map.Entry<Long, Membership> each :
                proposed.tailMap(current().version(), false).entrySet()) {
            if (has.test(each.getKey())) {
                deciding.add(each.getValue());
            }
        }
        return deciding;
    }

    /// Those that anybody may still come to act by.
    public List<Membership> open() {
        return deciding(_ -> true);
    }

    /// A server holds this for the committed one.
    ///
    /// @param before what it held for that, or had on its disk; null for nothing
    /// @param file its own list
    public void holds(String server, Membership known, @Nullable Membership before, Membership file) {
        boolean is = known.version() == 0 ? known.equals(file) : known.equals(committed.get(known.version()));
        rules.check(Rule.I19, is, () -> server + " takes " + known + " for committed");
        rules.check(
                Rule.I19,
                before == null || known.version() >= before.version(),
                () -> server + " goes back from " + before + " to " + known);
    }

    /// A server tells others of this membership.
    ///
    /// @param file its own list
    public void tells(String server, String text, Membership file) {
        rules.check(
                Rule.I19,
                text.isEmpty() || texts.contains(text) || text.equals(file.text()),
                () -> server + " tells of " + text.replace('\n', ' '));
    }

    /// The list that an administrator gives to a server that starts with an empty disk.
    public Membership fileFor(long sid) {
        Membership now = current();
        if (now.member(sid) != null) {
            return now.withVersion(0);
        }
        String role = now.rule() instanceof QuorumRule.Majority ? "participant" : "observer";
        return Membership.parse(String.join("\n", now.lines()) + '\n' + line(sid, role));
    }

    /// How a server stands in lists.
    static String line(long sid, String role) {
        return "server." + sid + "=10.0.0." + sid + ":2888:3888:" + role + ";10.0.0." + sid + ":2181";
    }
}
