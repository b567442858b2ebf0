// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

import io.zabra.core.log.Entry;
import io.zabra.core.log.Zxid;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Sees all servers at once, and knows what must hold between them (the names are those of the list of invariants).
final class Ghost {

    private final World world;
    /// All that was ever committed, in order.
    final List<Entry> committed = new ArrayList<>();
    /// How many of them any server has ever applied, which is when clients are told.
    int shown;

    private final Map<Long, byte[]> proposed = new HashMap<>();
    private final Map<Long, String> leaders = new HashMap<>();
    private final Map<String, String> accepted = new HashMap<>();
    private final Map<Long, String> established = new HashMap<>();

    Ghost(World world) {
        this.world = world;
    }

    /// What was proposed before this world began.
    void inherited(Entry entry) {
        proposed.put(entry.zxid(), entry.bytes());
    }

    /// I4: one content for each zxid.
    void appended(Server server, long zxid, byte[] entry) {
        byte[] before = proposed.putIfAbsent(zxid, entry);
        Broken.unless(before == null || Arrays.equals(before, entry), "I4: two contents of 0x%x", zxid);
        boolean mayPropose = server.ensemble().state() == io.zabra.wire.quorum.PeerState.LEADING;
        Broken.unless((before == null) == mayPropose, "I4: server %d appends 0x%x", server.sid, zxid);
    }

    /// I13: a server accepts an epoch from one leader.
    void accepts(Server server, long epoch, Server leader) {
        String name = leader.sid + "." + leader.generation + "." + leader.elected;
        String before = accepted.putIfAbsent(server.sid + " " + epoch, name);
        Broken.unless(before == null, "I13: server %d accepts epoch %d of %s and %s", server.sid, epoch, before, name);
    }

    /// Another disk, which knows of no promise. What the old one held was promised to others all the same.
    void replaced(Server server) {
        accepted.keySet().removeIf(promise -> promise.startsWith(server.sid + " "));
    }

    /// I1: one leader shares a history for an epoch.
    void shares(Server server, long epoch) {
        String name = server.sid + "." + server.generation + "." + server.elected;
        String before = leaders.putIfAbsent(epoch, name);
        Broken.unless(before == null || before.equals(name), "I1: %s and %s lead epoch %d", before, name, epoch);
    }

    /// I2 and I10: one leader is established in an epoch, and it has all that was committed in earlier ones.
    void established(Server server, long epoch) {
        String name = server.sid + "." + server.generation + "." + server.elected;
        String before = established.putIfAbsent(epoch, name);
        Broken.unless(before == null, "I2: %s and %s are established in epoch %d", before, name, epoch);
        int wanted = 0;
        while (wanted < committed.size() && Zxid.epoch(committed.get(wanted).zxid()) < epoch) {
            wanted++;
        }
        Broken.unless(common(server.baseCount, server.log) >= wanted, "I10: server %d leads without all", server.sid);
        Broken.unless(
                world.quorum(voter -> voter.disk.entered() >= epoch), "I11: epoch %d stands without a quorum", epoch);
    }

    /// I10: what a leader takes for committed is on the disks of a quorum.
    void committedBy(Server leader) {
        long until = leader.history().committed();
        for (int i = committed.size(); i - leader.baseCount < leader.log.size(); i++) {
            Broken.unless(i >= leader.baseCount, "I10: server %d begins behind what is committed", leader.sid);
            Entry entry = leader.log.get(i - leader.baseCount);
            if (entry.zxid() > until) {
                break;
            }
            int index = i;
            Broken.unless(
                    world.quorum(voter -> voter.disk.held(index, entry.zxid())),
                    "I10: 0x%x is committed without a quorum",
                    entry.zxid());
            committed.add(entry);
        }
    }

    /// I3, I5 to I8, I16 and I17: what is applied is committed, in one order everywhere, and on the own disk.
    void applied(Server server, int index, long zxid) {
        Broken.unless(index < committed.size(), "I17: server %d applied 0x%x uncommitted", server.sid, zxid);
        long expected = committed.get(index).zxid();
        Broken.unless(expected == zxid, "I3: server %d applied 0x%x for 0x%x", server.sid, zxid, expected);
        Broken.unless(server.disk.holds(index, zxid), "I16: server %d has no record of 0x%x", server.sid, zxid);
        shown = Math.max(shown, index + 1);
    }

    /// I3: a snapshot is some beginning of what is committed.
    void installed(Server server, int count, long zxid) {
        long expected = zxidOf(count);
        Broken.unless(count <= committed.size(), "I17: a snapshot of 0x%x is ahead", zxid);
        Broken.unless(expected == zxid || count == 0, "I3: server %d takes a snapshot of 0x%x", server.sid, zxid);
    }

    long zxidOf(int count) {
        return count == 0 ? 0 : committed.get(count - 1).zxid();
    }

    /// How much of what is committed a log begins with.
    int common(int baseCount, List<Entry> log) {
        int count = Math.min(committed.size(), baseCount + log.size());
        while (count > baseCount
                && log.get(count - 1 - baseCount).zxid()
                        != committed.get(count - 1).zxid()) {
            count--;
        }
        return Math.min(count, committed.size());
    }

    /// I14: nothing that is committed goes from a log.
    void shortened(Server server, int before, int after) {
        Broken.unless(after >= before, "I14: server %d loses what is committed: %d, %d", server.sid, before, after);
    }

    /// I12: the records that count are of epochs that were entered.
    void votes(Server server, long zxid, long epoch) {
        Broken.unless(epoch == server.disk.epochs.current(), "I20: server %d votes with epoch %d", server.sid, epoch);
        Broken.unless(server.disk.has(zxid), "I20: server %d votes with 0x%x", server.sid, zxid);
        Broken.unless(Zxid.epoch(zxid) <= epoch, "I12: server %d votes for 0x%x in %d", server.sid, zxid, epoch);
    }
}
