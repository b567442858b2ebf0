// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.ensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zabra.interop.process.OnZabra;
import io.zabra.interop.process.Product;
import io.zabra.interop.raw.Ops;
import io.zabra.wire.data.Acl;
import io.zabra.wire.data.Id;
import io.zabra.wire.quorum.QuorumPacket;
import io.zabra.wire.txn.CreateSessionTxn;
import io.zabra.wire.txn.CreateTxn;
import io.zabra.wire.txn.DeleteTxn;
import io.zabra.wire.txn.ErrorTxn;
import io.zabra.wire.txn.SetDataTxn;
import io.zabra.wire.txn.Txn;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Goal: a leader cannot tell our learner from Apache's by what it says, and the same stream makes the same tree.
/// Method: the test leads a server of each product with the same words.
@OnZabra
class SameAnswersIT {

    private static final List<Acl> OPEN = List.of(new Acl(31, new Id("world", "anyone")));
    private static final int TRANSACTIONS = 300;
    private static final int BURST = 17;

    /// A dialogue of its own for each product.
    private static final class Dialogue extends LedByTheTest {
        private final Product product;

        Dialogue(Product product) {
            this.product = product;
        }

        @Override
        Product product() {
            return product;
        }

        List<String> heard() throws Exception {
            List<String> heard = new ArrayList<>();
            beginFirstEpoch();
            int sent = 0;
            int committed = 0;
            while (committed < TRANSACTIONS) {
                for (int i = 0; i < BURST && sent < TRANSACTIONS; i++) {
                    sent++;
                    leader.send(transaction(sent));
                }
                while (committed < sent) {
                    heard.add("ack "
                            + Long.toHexString(
                                    leader.read(QuorumPacket.Ack.class).zxid()));
                    committed++;
                    leader.send(new QuorumPacket.Commit(z(1, committed)));
                }
                leader.send(new QuorumPacket.Ping(z(1, committed)));
                heard.add("pong "
                        + Long.toHexString(
                                leader.read(QuorumPacket.PingReply.class).zxid()));
            }
            await().atMost(PATIENCE)
                    .until(() -> member.word("srvr").contains("Zxid: 0x" + Long.toHexString(z(1, TRANSACTIONS))));
            heard.add(member.word("hash"));
            heard.add(childrenOfTheRoot(z(1, TRANSACTIONS + 1L)).stream()
                    .sorted()
                    .toList()
                    .toString());
            return heard;
        }

        private static QuorumPacket transaction(int number) {
            if (number == 1) {
                return proposal(WRITER, z(1, 1), Ops.CREATE_SESSION, new CreateSessionTxn(TIMEOUT_MS));
            }
            int index = number - 2;
            String path = "/n" + index % 7;
            // Each znode is created, written to, and deleted in turn; between that, requests have failed.
            Txn txn = switch (index / 7 % 4) {
                case 0 -> new CreateTxn(path, new byte[number % 5], OPEN, number % 2 == 0, CreateTxn.ONE_MORE);
                case 1 -> new SetDataTxn(path, new byte[number % 11], 1);
                case 2 -> new ErrorTxn(-101);
                default -> new DeleteTxn(path);
            };
            int type = switch (txn) {
                case CreateTxn _ -> Ops.CREATE;
                case SetDataTxn _ -> Ops.SET_DATA;
                case DeleteTxn _ -> Ops.DELETE;
                default -> -1;
            };
            return proposal(WRITER, z(1, number), type, txn);
        }
    }

    @Test
    void ourLearnerSaysWhatApachesSays() throws Exception {
        assertThat(heard(Product.ZABRA)).isEqualTo(heard(Product.APACHE));
    }

    private static List<String> heard(Product product) throws Exception {
        Dialogue dialogue = new Dialogue(product);
        dialogue.start();
        try {
            return dialogue.heard();
        } finally {
            dialogue.stop();
        }
    }
}
