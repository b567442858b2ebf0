// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.zab;

import static io.zabra.core.zab.Bench.z;
import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.core.log.Entry;
import io.zabra.core.log.Epochs;
import io.zabra.core.quorum.Membership;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.txn.LoggedTxn;
import io.zabra.wire.txn.SetDataTxn;
import io.zabra.wire.txn.TxnHeader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongPredicate;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// A leader has died in the middle of a change of the members: whatever of its proposals each of four servers has, and
/// whoever of them is up, those that are left finish the change or undo it, and lose nothing, if they are a quorum of
/// the old members and one of the new.
///
/// The log has one record that all have, the change, and one record behind it.
class UnfinishedChangeTest {

    private static final int SERVERS = 4;
    private static final int CHANGE = 2;
    private static final int ALL = 3;

    private static final List<String> OLD = lists("""
        1234
        123,4
        12,34
        1234 group.1=1:2:3:4 weight.2=0
        1234 group.1=1:2:3:4 weight.4=0
        123,4 group.1=1:2:3:4 weight.2=0 weight.3=0 weight.4=0
        1234 group.1=1:2 group.2=3 group.3=4 weight.1=3 weight.2=0
        1234 group.1=1:2 group.2=3:4 weight.3=0 weight.4=0\
        """);

    private static final List<String> NEW = lists("""
        2
        4,123
        24
        123
        1234
        234,1 group.1=1:2:3:4 weight.1=0 weight.3=0
        1234 group.1=1:2 group.2=3:4 weight.1=0 weight.2=0\
        """);

    /// Of each line: the voters, the observers, and a rule, where one server weighs nothing, or two, or a whole group.
    private static List<String> lists(String lines) {
        return lines.lines().map(UnfinishedChangeTest::list).toList();
    }

    private static String list(String line) {
        String[] words = line.split(" ");
        String voters = words[0].split(",")[0];
        StringBuilder text = new StringBuilder();
        for (int sid = 1; sid <= SERVERS; sid++) {
            String digit = Integer.toString(sid);
            if (words[0].contains(digit)) {
                String role = voters.contains(digit) ? "participant" : "observer";
                text.append("server." + sid + "=10.0.0." + sid + ":2888:3888:" + role + "\n");
            }
        }
        Stream.of(words).skip(1).forEach(word -> text.append(word).append('\n'));
        return text.toString();
    }

    private static Stream<Arguments> changes() {
        return OLD.stream().flatMap(before -> NEW.stream().map(after -> Arguments.of(before, after)));
    }

    /// @param logs how many records each server has
    /// @param up who is, by the bit of its id
    private record Case(Membership before, Membership after, int[] logs, int up) {

        boolean has(long sid, int records) {
            return logs[(int) sid - 1] >= records;
        }

        boolean isUp(long sid) {
            return (up & 1 << sid) != 0;
        }

        /// How many records the leader may have committed. It asks both until the change is committed, and from then
        /// on the new members alone.
        int committed() {
            LongPredicate change = sid -> has(sid, CHANGE);
            if (!before.isQuorum(change) || !after.isQuorum(change)) {
                return 1;
            }
            return after.isQuorum(sid -> has(sid, ALL)) ? ALL : CHANGE;
        }

        boolean possible() {
            return before.isQuorum(this::isUp) && after.isQuorum(this::isUp);
        }
    }

    @ParameterizedTest
    @MethodSource("changes")
    void thoseThatAreLeftFinishItOrUndoItAndLoseNothing(String old, String then) {
        Membership before = Membership.parse(old + "version=0");
        Membership after = Membership.parse(then + "version=" + Long.toHexString(z(1, CHANGE)));
        List<String> wrong = new ArrayList<>();
        int cases = 0;
        for (int number = 0; number < 81; number++) {
            int[] logs = {1 + number % 3, 1 + number / 3 % 3, 1 + number / 9 % 3, 1 + number / 27};
            for (int up = 2; up < 32; up += 2) {
                Case one = new Case(before, after, logs, up);
                if (one.possible()) {
                    cases++;
                    wrong.addAll(live(one));
                }
            }
        }
        assertThat(cases).isPositive();
        assertThat(wrong).as("of %d cases, %d are wrong", cases, wrong.size()).isEmpty();
    }

    private static List<String> live(Case one) {
        World world = new World(1, one.before(), one.after());
        List<Entry> log = List.of(plain(z(1, 1)), change(one.after()), plain(z(1, ALL)));
        log.forEach(world.ghost::inherited);
        world.ghost.committed.addAll(log.subList(0, one.committed()));
        for (Server server : world.servers()) {
            server.disk.epochs = new Epochs(1, 1);
            server.disk.records.addAll(log.subList(0, one.logs()[(int) server.sid - 1]));
            if (one.isUp(server.sid)) {
                server.start();
            }
        }
        String trouble = null;
        try {
            for (int i = 0; i < 100 && !isWell(one, world); i++) {
                world.run(100);
            }
            if (!isWell(one, world)) {
                trouble = "nobody leads: " + world.state();
            }
        } catch (RuntimeException | AssertionError e) {
            trouble = e.toString();
        }
        return trouble == null
                ? List.of()
                : List.of(Arrays.toString(one.logs()) + " up " + Integer.toBinaryString(one.up()) + " " + trouble);
    }

    /// Who leads may, by what it knows to be committed, and all others that vote follow.
    private static boolean isWell(Case one, World world) {
        List<Server> leading = world.servers().stream()
                .filter(server -> server.leading != null)
                .toList();
        if (leading.size() != 1) {
            return false;
        }
        Server leader = leading.getFirst();
        Membership members = leader.ensemble().members();
        boolean asked = world.servers().stream()
                .filter(server -> one.isUp(server.sid) && members.isVoter(server.sid) && server != leader)
                .allMatch(server -> server.following != null
                        && server.following.leader() == leader.sid
                        && server.ensemble().members().equals(members));
        boolean finished = leader.history().lastDurable() < z(1, CHANGE)
                ? members.sameMembersAs(one.before())
                : members.equals(one.after());
        return asked && members.weight(leader.sid) > 0 && (finished || undone(leader, one));
    }

    private static boolean undone(Server leader, Case one) {
        return leader.log.stream().noneMatch(entry -> entry.zxid() == z(1, CHANGE))
                && leader.ensemble().members().sameMembersAs(one.before());
    }

    private static Entry plain(long zxid) {
        TxnHeader header = new TxnHeader(1, 1, zxid, 7, OpCode.SET_DATA.number());
        return entry(new LoggedTxn(header, new SetDataTxn("/a", new byte[1], 1), null));
    }

    private static Entry change(Membership after) {
        byte[] list = after.text().getBytes(StandardCharsets.UTF_8);
        TxnHeader header = new TxnHeader(1, 1, after.version(), 7, OpCode.RECONFIG.number());
        return entry(new LoggedTxn(header, new SetDataTxn("/zookeeper/config", list, 1), null));
    }

    private static Entry entry(LoggedTxn txn) {
        return new Entry(txn.header().zxid(), txn.encode());
    }
}
