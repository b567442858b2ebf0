// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.simulator.check.ModelReads.Answer;
import io.zabra.wire.client.CreateRequest;
import io.zabra.wire.client.GetDataRequest;
import io.zabra.wire.client.MultiRequest;
import io.zabra.wire.client.PathResponse;
import io.zabra.wire.client.Response;
import io.zabra.wire.client.SetDataRequest;
import io.zabra.wire.client.SyncRequest;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LinearizabilityTest {

    private final Scribe scribe = new Scribe();
    private final int one = scribe.begin();
    private final int two = scribe.begin();

    private Verdict search() {
        return Linearizability.check(scribe.history(), 2_000);
    }

    private void sync(int connection) {
        scribe.read(connection, new SyncRequest("/"));
    }

    /// One writes, and the other one reads what was there before.
    private void missAWrite(boolean behindSync) {
        scribe.create(one, "/a");
        Answer old = scribe.get(one, "/a");
        scribe.set(one, "/a", "1");
        if (behindSync) {
            sync(two);
        }
        scribe.ask(two, new GetDataRequest("/a", false));
        scribe.answer(two, scribe.xid, 0, old.body());
    }

    @Test
    void whatHappenedOneAfterTheOtherIsExplained() {
        scribe.create(one, "/a");
        for (int i = 0; i < 1_000; i++) {
            scribe.set(one, "/a", "v" + i);
            sync(two);
            scribe.get(two, "/a");
        }
        scribe.delete(two, "/a");
        scribe.set(one, "/a", "none");
        Verdict verdict = search();
        assertThat(verdict.complaints()).isEmpty();
        assertThat(verdict.tally()).containsEntry("operation", 2_000L).containsEntry("explained", 1L);
    }

    /// The zxids are those of a true history; only the data tells.
    @Test
    void aReadBehindASyncThatMissesAWriteIsFound() {
        missAWrite(true);
        assertThat(search().complaints())
                .containsExactly(new Complaint("C1", "no order explains what was told about /a"));
    }

    @Test
    void aSyncThatNeedNotShowAllShowsNothing() {
        missAWrite(true);
        History history = scribe.history().withSyncs(_ -> false);
        assertThat(Linearizability.check(history, 2_000).complaints()).isEmpty();
    }

    @Test
    void partsOfOneRequestAndReadsBehindOneSyncAreSeveralOperations() {
        scribe.create(one, "/a");
        scribe.write(one, new MultiRequest(List.of(Scribe.set("/a", "1"), Scribe.set("/a", "2"))));
        sync(two);
        scribe.get(two, "/a");
        scribe.set(one, "/a", "3");
        scribe.get(two, "/a");
        Verdict verdict = search();
        assertThat(verdict.complaints()).isEmpty();
        assertThat(verdict.tally()).containsEntry("operation", 6L).containsEntry("explained", 1L);
    }

    @Test
    void aReadWithoutASyncMayBeOld() {
        missAWrite(false);
        assertThat(search().complaints()).isEmpty();
    }

    @Test
    void aWriteThatWasLostIsFound() {
        scribe.create(one, "/a");
        scribe.ask(one, new SetDataRequest("/a", new byte[] {1}, -1));
        Response done = Scribe.body(scribe.commit(one, scribe.xid, Scribe.set("/a", "x")));
        scribe.answer(one, scribe.xid, 0, done);
        sync(two);
        scribe.get(two, "/a");
        assertThat(search().complaints()).isNotEmpty();
    }

    @Test
    void whatWasNeverAnsweredMayHappenLateOrNever() {
        scribe.create(one, "/a");
        scribe.ask(one, Scribe.set("/a", "late"));
        int late = scribe.xid;
        scribe.ask(one, Scribe.set("/a", "never"));
        sync(two);
        scribe.get(two, "/a");
        scribe.commit(one, late, Scribe.set("/a", "late"));
        sync(two);
        scribe.get(two, "/a");
        assertThat(search().complaints()).isEmpty();
    }

    @Test
    void whatWasNeverAnsweredHappensOnce() {
        scribe.create(one, "/a");
        scribe.ask(one, Scribe.set("/a", "twice"));
        scribe.commit(one, scribe.xid, Scribe.set("/a", "twice"));
        sync(two);
        scribe.get(two, "/a");
        scribe.set(two, "/a", "between");
        scribe.commit(one, scribe.xid, Scribe.set("/a", "twice"));
        sync(two);
        scribe.get(two, "/a");
        assertThat(search().complaints()).isNotEmpty();
    }

    /// Eight clients at once, in an order that is drawn; every answer is true.
    @Test
    void whatHappenedAtOnceIsExplained() {
        Random random = new Random(5);
        int[] clients = new int[8];
        for (int i = 0; i < clients.length; i++) {
            clients[i] = scribe.begin();
        }
        scribe.create(one, "/a");
        for (int round = 0; round < 200; round++) {
            int[] xids = new int[clients.length];
            SetDataRequest[] asked = new SetDataRequest[clients.length];
            for (int i = 0; i < clients.length; i++) {
                asked[i] = Scribe.set("/a", round + "." + i);
                scribe.ask(clients[i], asked[i]);
                xids[i] = scribe.xid;
            }
            int first = random.nextInt(clients.length);
            for (int i = 0; i < clients.length; i++) {
                int who = (first + i * 3) % clients.length;
                Response body = Scribe.body(scribe.commit(clients[who], xids[who], asked[who]));
                if (random.nextInt(20) > 0) {
                    scribe.answer(clients[who], xids[who], 0, body);
                } else {
                    scribe.close(clients[who]);
                    clients[who] = scribe.begin();
                }
            }
        }
        Verdict verdict = search();
        assertThat(verdict.complaints()).isEmpty();
        assertThat(verdict.tally()).containsEntry("explained", 1L);
    }

    @Test
    void anAnswerThatTwoClientsGetOfOneCreateIsFound() {
        CreateRequest create = Scribe.create("/a", 0);
        scribe.create(one, "/a");
        scribe.ask(two, create);
        scribe.answer(two, scribe.xid, 0, new PathResponse("/a"));
        assertThat(search().complaints()).isNotEmpty();
    }
}
