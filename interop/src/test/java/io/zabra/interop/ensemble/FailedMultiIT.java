// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.ensemble;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.interop.process.OnZabra;
import io.zabra.interop.raw.Jute;
import io.zabra.interop.raw.JuteReader;
import io.zabra.interop.raw.Ops;
import io.zabra.wire.quorum.QuorumPacket;
import io.zabra.wire.txn.DeleteTxn;
import io.zabra.wire.txn.ErrorTxn;
import io.zabra.wire.txn.MultiTxn;
import io.zabra.wire.txn.SetDataTxn;
import io.zabra.wire.txn.Txn;
import io.zabra.wire.txn.TxnHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Goal: a client is told the same of a multi that failed, however the server hears of it.
/// Method: the leader tells it as Apache's servers do in a difference after they have applied it: the parts before the
/// one that failed are errors by their type, and have the bodies of what was asked for.
@OnZabra
class FailedMultiIT extends LedByTheTest {

    private static final int ERROR = -1;
    private static final int NO_NODE = -101;

    @Test
    void theErrorsOfItsPartsAreTold() throws Exception {
        beginFirstEpoch();
        assertThat(errors(z(1, 1), new SetDataTxn("/n5", Ops.EMPTY, 1), new ErrorTxn(NO_NODE)))
                .containsExactly(0, NO_NODE);
        assertThat(errors(z(1, 3), new ErrorTxn(NO_NODE), new DeleteTxn("/n5"))).containsExactly(NO_NODE, -2);
    }

    /// What a client is answered. Its session begins with the transaction `zxid`, and the multi is the next.
    private List<Integer> errors(long zxid, Txn... parts) throws Exception {
        List<MultiTxn.Op> ops =
                Stream.of(parts).map(part -> new MultiTxn.Op(ERROR, part)).toList();
        JuteReader answer = whatIsAnswered(zxid, Ops.MULTI, request(), () -> {
                    var asked = leader.read(QuorumPacket.Forward.class);
                    var header = new TxnHeader(asked.sessionId(), asked.cxid(), zxid + 1, zxid, Ops.MULTI);
                    propose(proposal(header, new MultiTxn(ops)), zxid + 1);
                    leader.send(new QuorumPacket.Commit(zxid + 1));
                })
                .reader();
        List<Integer> errors = new ArrayList<>();
        while (answer.int32() == ERROR && !answer.bool()) {
            int error = answer.int32();
            assertThat(answer.int32()).as("the body of an error").isEqualTo(error);
            errors.add(error);
        }
        return errors;
    }

    private static byte[] request() {
        var request = new Jute();
        Ops.multiHeader(request, Ops.SET_DATA).raw(Ops.setData("/n5", Ops.EMPTY, -1));
        Ops.multiHeader(request, Ops.SET_DATA).raw(Ops.setData("/n0", Ops.EMPTY, -1));
        return Ops.multiEnd(request).toBytes();
    }
}
