// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.simulator.check.ModelWatches.Due;
import io.zabra.wire.client.CloseSessionRequest;
import io.zabra.wire.client.DeleteRequest;
import io.zabra.wire.client.ExistsRequest;
import io.zabra.wire.client.GetChildren2Request;
import io.zabra.wire.client.GetDataRequest;
import io.zabra.wire.client.MultiRequest;
import io.zabra.wire.client.MultiResponse;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.client.OpResult;
import io.zabra.wire.client.PathResponse;
import io.zabra.wire.client.SetWatchesRequest;
import io.zabra.wire.client.SyncRequest;
import io.zabra.wire.client.WatcherEvent;
import io.zabra.wire.txn.CloseSessionTxn;
import io.zabra.wire.txn.LoggedTxn;
import io.zabra.wire.txn.TxnHeader;
import java.util.List;
import org.junit.jupiter.api.Test;

class HistoryCheckTest {

    private static final int EPHEMERAL = 1;
    private static final long SLOW_NS = 30_000_000_000L;

    private final Scribe scribe = new Scribe();
    private final int one = scribe.begin();
    private final int two = scribe.begin();

    private void assertRefused(String rule, String... words) {
        Verdict verdict = scribe.check();
        assertThat(verdict.complaints()).isNotEmpty();
        Complaint first = verdict.complaints().getFirst();
        assertThat(first.rule()).isEqualTo(rule);
        assertThat(first.text()).contains(words);
    }

    private void assertAccepted() {
        assertThat(scribe.check().complaints()).isEmpty();
    }

    private <T extends Entry> T last(Class<T> kind) {
        return scribe.entries.stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .reduce((_, later) -> later)
                .orElseThrow();
    }

    private void replace(Entry old, Entry with) {
        scribe.entries.set(scribe.entries.lastIndexOf(old), with);
    }

    @Test
    void whatIsTrueIsAccepted() {
        scribe.create(one, "/a");
        scribe.create(one, "/a");
        scribe.write(two, Scribe.create("/e", EPHEMERAL));
        scribe.read(two, new GetDataRequest("/a", true));
        scribe.read(two, new ExistsRequest("/b", true));
        scribe.set(one, "/a", "1");
        scribe.write(one, new MultiRequest(List.of(Scribe.create("/b", 0), Scribe.set("/a", "2"))));
        scribe.write(one, new MultiRequest(List.of(Scribe.create("/c", 0), new DeleteRequest("/none", -1))));
        scribe.read(one, new SyncRequest("/"));
        scribe.read(one, new GetChildren2Request("/", true));
        scribe.get(one, "/none");
        scribe.quit(two, "/e");
        scribe.get(one, "/e");
        assertAccepted();
        assertThat(scribe.check().tally())
                .containsEntry("event", 3L)
                .containsEntry("write", 7L)
                .containsEntry("read", 6L)
                .containsEntry("sync", 1L);
    }

    @Test
    void anAcknowledgedWriteThatIsNotCommittedIsLost() {
        scribe.create(one, "/a");
        scribe.set(one, "/a", "1");
        scribe.committed.removeLast();
        assertRefused("C8", "SetDataRequest[path=/a", "not committed");
    }

    @Test
    void anAcknowledgedSessionThatIsNotCommittedIsLost() {
        scribe.open(7, 7, 0);
        assertRefused("C8", "session 7 was granted, but never committed");
    }

    @Test
    void aHoleInTheOrderIsSeen() {
        scribe.create(one, "/a");
        scribe.zxid++;
        scribe.create(one, "/b");
        assertRefused("C8", "0x100000005 comes after 0x100000003");
    }

    @Test
    void aRequestThatIsDoneTwiceIsSeen() {
        scribe.create(one, "/a");
        scribe.set(one, "/a", "1");
        LoggedTxn twice = scribe.committed.getLast();
        TxnHeader header = twice.header();
        scribe.zxid++;
        scribe.committed.add(new LoggedTxn(
                new TxnHeader(header.clientId(), header.cxid(), scribe.zxid, header.timeMs(), header.type()),
                twice.txn(),
                null));
        assertRefused("C8", "or it was done before");
    }

    @Test
    void aTransactionThatNobodyAskedForIsSeen() {
        scribe.create(one, "/a");
        scribe.entries.remove(scribe.entries.size() - 1);
        scribe.entries.remove(scribe.entries.size() - 1);
        assertRefused("C8", "nobody asked for", "/a");
    }

    @Test
    void aRefusedRequestHasNoEffect() {
        scribe.ask(one, Scribe.create("/a", 0));
        scribe.commit(one, scribe.xid, Scribe.create("/a", 0));
        scribe.answer(one, scribe.xid, -112, null);
        assertRefused("C8", "was refused with -112, but was done");
    }

    @Test
    void whatWasNeverAnsweredMayBeDoneOrNot() {
        scribe.create(one, "/a");
        scribe.ask(one, Scribe.set("/a", "1"));
        scribe.commit(one, scribe.xid, Scribe.set("/a", "1"));
        scribe.ask(one, Scribe.set("/a", "2"));
        scribe.close(one);
        scribe.get(two, "/a");
        assertAccepted();
        assertThat(scribe.check().tally()).containsEntry("done, never answered", 1L);
        assertThat(scribe.check().tally()).containsEntry("not done, never answered", 1L);
    }

    @Test
    void aReadThatIsOlderThanTheSessionsOwnWriteIsRefused() {
        scribe.create(one, "/a");
        var old = scribe.get(one, "/a");
        scribe.set(one, "/a", "1");
        scribe.ask(one, new GetDataRequest("/a", false));
        scribe.answer(one, scribe.xid, 0, old.body());
        assertRefused("C3", "GetDataRequest[path=/a", "instead of");
    }

    @Test
    void aReadThatShowsAnotherStateThanThatOfItsZxidIsRefused() {
        scribe.create(one, "/a");
        var old = scribe.get(one, "/a");
        scribe.set(one, "/a", "1");
        scribe.ask(two, new GetDataRequest("/a", false));
        scribe.answer(two, scribe.xid, 0, old.body());
        assertRefused("C1", "GetDataRequest[path=/a", "instead of");
    }

    @Test
    void anOldReadIsNoFaultIfTheSessionHasSeenNothingNewer() {
        scribe.create(one, "/a");
        var old = scribe.get(one, "/a");
        long then = scribe.zxid;
        scribe.set(one, "/a", "1");
        scribe.ask(two, new GetDataRequest("/a", false));
        scribe.entries.add(new Entry.Answered(two, scribe.xid, then, 0, old.body()));
        assertAccepted();
    }

    @Test
    void aDeletedZnodeThatComesBackIsRefused() {
        scribe.create(one, "/a");
        var old = scribe.get(one, "/a");
        scribe.delete(one, "/a");
        scribe.ask(two, new GetDataRequest("/a", false));
        scribe.answer(two, scribe.xid, 0, old.body());
        assertRefused("C1", "GetDataRequest[path=/a", "instead of");
    }

    @Test
    void zxidsThatGoBackInASessionAreRefused() {
        scribe.create(one, "/a");
        var read = scribe.get(one, "/a");
        scribe.ask(one, new GetDataRequest("/a", false));
        scribe.entries.add(new Entry.Answered(one, scribe.xid, scribe.zxid - 1, 0, read.body()));
        assertRefused("C2", "answered at 0x100000002, but the session had seen 0x100000003");
    }

    @Test
    void zxidsThatGoBackOnTheSessionsNextConnectionAreRefused() {
        scribe.create(one, "/a");
        scribe.close(one);
        scribe.open(3, one, scribe.zxid);
        scribe.ask(3, new ExistsRequest("/b", false));
        scribe.entries.add(new Entry.Answered(3, scribe.xid, scribe.zxid - 1, -101, null));
        assertRefused("C2", "the session had seen 0x100000003");
    }

    @Test
    void answersInAnotherOrderThanTheRequestsAreRefused() {
        scribe.ask(one, Scribe.create("/a", 0));
        int first = scribe.xid;
        scribe.ask(one, Scribe.create("/b", 0));
        var second = scribe.commit(one, scribe.xid, Scribe.create("/b", 0));
        scribe.answer(one, scribe.xid, 0, Scribe.body(second));
        assertRefused("C2", "the reply to xid 2 came instead", "xid " + first);
    }

    @Test
    void pipelinedWritesThatChangedPlacesAreRefused() {
        scribe.ask(one, Scribe.create("/a", 0));
        int first = scribe.xid;
        scribe.ask(one, Scribe.create("/b", 0));
        int second = scribe.xid;
        var b = scribe.commit(one, second, Scribe.create("/b", 0));
        var a = scribe.commit(one, first, Scribe.create("/a", 0));
        scribe.answer(one, first, 0, Scribe.body(a));
        scribe.entries.add(new Entry.Answered(one, second, scribe.zxid - 1, 0, Scribe.body(b)));
        assertRefused("C2", "answered at 0x100000003, but the session had seen 0x100000004");
    }

    @Test
    void aWriteBeforeWhatWasShownBeforeItWasAskedIsRefused() {
        scribe.create(one, "/a");
        Entry.Asked asked = (Entry.Asked) scribe.entries.remove(scribe.entries.size() - 2);
        Entry answered = scribe.entries.removeLast();
        scribe.create(two, "/b");
        scribe.entries.add(asked);
        scribe.entries.add(answered);
        assertRefused("C1", "took place at 0x100000003, but 0x100000004 was shown before it was asked");
    }

    @Test
    void aReadOfWhatNobodyHadAskedForYetIsRefused() {
        scribe.create(one, "/a");
        Entry answered = scribe.entries.removeLast();
        Entry asked = scribe.entries.removeLast();
        scribe.get(two, "/a");
        scribe.entries.add(asked);
        scribe.entries.add(answered);
        Verdict verdict = scribe.check();
        assertThat(verdict.complaints()).anyMatch(each -> each.text().contains("was not asked for yet"));
    }

    private void syncAnsweredAt(long zxid) {
        scribe.ask(two, new SyncRequest("/"));
        scribe.entries.add(new Entry.Answered(two, scribe.xid, zxid, 0, new PathResponse("/")));
    }

    @Test
    void aSyncThatMissesWhatWasAcknowledgedIsRefused() {
        scribe.ask(two, new SyncRequest("/"));
        int before = scribe.xid;
        scribe.create(one, "/a");
        scribe.entries.add(new Entry.Answered(two, before, scribe.zxid - 1, 0, new PathResponse("/")));
        assertAccepted();
        syncAnsweredAt(scribe.zxid - 1);
        assertRefused("C4", "0x100000003 was shown before it was asked");
        assertThat(HistoryCheck.check(scribe.history().withSyncs(_ -> false), 0).complaints())
                .isEmpty();
    }

    private long lastBeforeAnEpochThatIsShown() {
        scribe.create(one, "/a");
        long last = scribe.zxid;
        scribe.zxid = 2L << Integer.SIZE;
        scribe.get(one, "/a");
        return last;
    }

    @Test
    void aSyncNeedNotShowTheBeginningOfAnEpochThatALeaderShows() {
        long last = lastBeforeAnEpochThatIsShown();
        syncAnsweredAt(last);
        assertAccepted();
        scribe.set(one, "/a", "1");
        syncAnsweredAt(last);
        assertRefused("C4", "0x200000001 was shown before it was asked");
    }

    @Test
    void aSyncThatMissesATransactionBeforeTheBeginningOfAnEpochIsRefused() {
        long last = lastBeforeAnEpochThatIsShown();
        syncAnsweredAt(last - 1);
        assertRefused("C4", "0x100000003 was shown before it was asked");
    }

    @Test
    void anEventBehindTheAnswerThatShowsTheChangeIsRefused() {
        scribe.create(one, "/a");
        scribe.read(two, new GetDataRequest("/a", true));
        scribe.set(one, "/a", "1");
        Entry.Told told = last(Entry.Told.class);
        scribe.entries.remove(told);
        scribe.get(two, "/a");
        scribe.entries.add(told);
        assertRefused("C5", "overtook", "/a");
    }

    @Test
    void anEventThatIsNeverToldIsRefused() {
        scribe.create(one, "/a");
        scribe.read(two, new GetDataRequest("/a", true));
        scribe.set(one, "/a", "1");
        scribe.entries.remove(last(Entry.Told.class));
        scribe.get(two, "/a");
        assertRefused("C5", "overtook", "/a");
    }

    @Test
    void anEventThatIsToldTwiceIsRefused() {
        scribe.create(one, "/a");
        scribe.read(two, new GetDataRequest("/a", true));
        scribe.set(one, "/a", "1");
        scribe.entries.add(last(Entry.Told.class));
        assertRefused("C5", "was told", "instead of null");
    }

    @Test
    void anEventThatIsLostWithTheConnectionMustBeToldOnTheNext() {
        scribe.create(one, "/a");
        scribe.read(two, new GetDataRequest("/a", true));
        long seen = scribe.zxid;
        scribe.close(two);
        scribe.set(one, "/a", "1");
        scribe.open(3, two, seen);
        var again = new SetWatchesRequest(seen, List.of("/a"), List.of(), List.of());
        scribe.ask(3, again);
        scribe.tell(3, new Due(-1, WatcherEvent.NODE_DATA_CHANGED, "/a"));
        scribe.answer(3, scribe.xid, 0, null);
        assertAccepted();
        scribe.entries.remove(last(Entry.Told.class));
        assertRefused("C5", "came back and was told [] instead of", "/a");
    }

    @Test
    void anEphemeralThatOutlivesItsSessionIsRefused() {
        scribe.write(one, Scribe.create("/e", EPHEMERAL));
        var old = scribe.get(two, "/e");
        scribe.quit(one, "/e");
        scribe.ask(two, new GetDataRequest("/e", false));
        scribe.answer(two, scribe.xid, 0, old.body());
        assertRefused("C6", "GetDataRequest[path=/e", "instead of");
    }

    @Test
    void theEndOfASessionMustTakeAllItsEphemerals() {
        scribe.write(one, Scribe.create("/e", EPHEMERAL));
        scribe.ask(one, new CloseSessionRequest());
        scribe.log(one, scribe.xid, OpCode.CLOSE_SESSION, new CloseSessionTxn(List.of()));
        assertRefused("C6", "it owns [/e]");
    }

    @Test
    void aSessionThatEndsBeforeItsTimeIsRefused() {
        scribe.create(one, "/a");
        scribe.nowMs += Scribe.TIMEOUT_MS;
        scribe.end(one, 0);
        assertAccepted();
        scribe.create(two, "/b");
        scribe.nowMs += Scribe.TIMEOUT_MS - 10;
        scribe.end(two, 0);
        assertRefused("C7", "session 2 expired", "and not 4000 ms");
    }

    @Test
    void aMultiOfWhichOnlyAPartIsSeenIsRefused() {
        scribe.create(one, "/a");
        var old = scribe.get(two, "/a");
        scribe.write(one, new MultiRequest(List.of(Scribe.create("/b", 0), Scribe.set("/a", "1"))));
        scribe.get(two, "/b");
        scribe.ask(two, new GetDataRequest("/a", false));
        scribe.answer(two, scribe.xid, 0, old.body());
        assertRefused("C1", "GetDataRequest[path=/a");
    }

    @Test
    void aMultiThatIsAnsweredHalfDoneIsRefused() {
        scribe.write(one, new MultiRequest(List.of(Scribe.create("/b", 0), new DeleteRequest("/none", -1))));
        Entry.Answered answered = last(Entry.Answered.class);
        var half = new MultiResponse(List.of(new OpResult.Created("/b"), new OpResult.Failed(-101)));
        replace(answered, new Entry.Answered(one, answered.xid(), answered.zxid(), 0, half));
        assertRefused("C9", "MultiRequest", "instead of");
    }

    @Test
    void aReadOnlyServerThatWritesIsRefused() {
        scribe.create(one, "/a");
        scribe.close(one);
        scribe.entries.add(new Entry.Opened(3, one, 0, Scribe.TIMEOUT_MS, true));
        scribe.sessions.put(3, (long) one);
        scribe.set(3, "/a", "1");
        assertRefused("C10", "read-only");
    }

    @Test
    void aMillionOperationsTakeSeconds() {
        int clients = 50;
        for (int i = 0; i < 1_000; i++) {
            scribe.create(one, "/" + i);
        }
        int[] readers = new int[clients];
        for (int i = 0; i < clients; i++) {
            readers[i] = scribe.begin();
        }
        for (int i = 0; i < 500_000; i++) {
            scribe.set(readers[i % clients], "/" + i % 1_000, "x");
            scribe.read(readers[(i + 7) % clients], new GetDataRequest("/" + i % 777, i % 100 == 0));
        }
        long start = System.nanoTime();
        assertAccepted();
        // It takes three here.
        assertThat(System.nanoTime() - start).isLessThan(SLOW_NS);
    }
}
