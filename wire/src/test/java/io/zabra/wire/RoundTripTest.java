// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.wire.client.ClientInfo;
import io.zabra.wire.client.ConnectRequest;
import io.zabra.wire.client.ConnectResponse;
import io.zabra.wire.client.CreateRequest;
import io.zabra.wire.client.EncodedChildrenResponse;
import io.zabra.wire.client.OpResult;
import io.zabra.wire.client.ReplyHeader;
import io.zabra.wire.client.Request;
import io.zabra.wire.client.RequestHeader;
import io.zabra.wire.client.Response;
import io.zabra.wire.client.WatcherEvent;
import io.zabra.wire.data.Acl;
import io.zabra.wire.data.Id;
import io.zabra.wire.data.Stat;
import io.zabra.wire.data.StatPersisted;
import io.zabra.wire.quorum.Notification;
import io.zabra.wire.quorum.QuorumPacket;
import io.zabra.wire.quorum.Side;
import io.zabra.wire.txn.MultiTxn;
import io.zabra.wire.txn.Txn;
import io.zabra.wire.txn.TxnDigest;
import io.zabra.wire.txn.TxnHeader;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Goal: each record reads back what it wrote, and takes exactly its own bytes.
/// Method: records made from seeds, with other bytes before and behind.
class RoundTripTest {

    private static final int SEEDS = 100;

    static Stream<Class<?>> recordTypes() {
        return Stream.of(
                        List.<Class<?>>of(
                                ConnectRequest.class,
                                ConnectResponse.class,
                                RequestHeader.class,
                                ReplyHeader.class,
                                WatcherEvent.class,
                                ClientInfo.class,
                                Stat.class,
                                StatPersisted.class,
                                Id.class,
                                Acl.class,
                                TxnHeader.class,
                                TxnDigest.class,
                                MultiTxn.Op.class,
                                OpResult.class,
                                Notification.class),
                        Arrays.asList(Request.class.getPermittedSubclasses()),
                        Arrays.asList(Response.class.getPermittedSubclasses()),
                        Arrays.asList(Txn.class.getPermittedSubclasses()),
                        Arrays.asList(QuorumPacket.class.getPermittedSubclasses()))
                .flatMap(List::stream)
                .filter(type -> type != EncodedChildrenResponse.class);
    }

    @ParameterizedTest
    @MethodSource("recordTypes")
    void aRecordReadsBackWhatItWrote(Class<?> type) {
        for (long seed = 0; seed < SEEDS; seed++) {
            WireRecord written = (WireRecord) new RandomRecords(seed).record(type);
            WireWriter out = new WireWriter(1);
            out.int8(99);
            written.write(out);
            int end = out.position();
            out.int8(99);

            WireReader in = new WireReader(out.array(), 1, end);
            Object read = read(written, in);

            assertThat(read)
                    .as("%s, seed %d", type.getSimpleName(), seed)
                    .usingRecursiveComparison()
                    .isEqualTo(normal(written));
            assertThat(in.remaining()).isZero();
        }
    }

    /// Connect packets leave out the flag together with its mark.
    private static WireRecord normal(WireRecord written) {
        return switch (written) {
            case ConnectRequest r
            when !r.readOnlyPresent() ->
                new ConnectRequest(
                        r.protocolVersion(),
                        r.lastZxidSeen(),
                        r.timeoutMs(),
                        r.sessionId(),
                        r.password(),
                        false,
                        false);
            case ConnectResponse r
            when !r.readOnlyPresent() ->
                new ConnectResponse(r.protocolVersion(), r.timeoutMs(), r.sessionId(), r.password(), false, false);
            default -> written;
        };
    }

    private static Object read(WireRecord written, WireReader in) {
        return switch (written) {
            case CreateRequest create -> CreateRequest.read(create.op(), in);
            case OpResult result -> OpResult.read(result.type(), in);
            case QuorumPacket packet -> QuorumPacket.read(in, sender(packet));
            default -> readByName(written.getClass(), in);
        };
    }

    private static Side sender(QuorumPacket packet) {
        return packet instanceof QuorumPacket.PingReply || packet instanceof QuorumPacket.Revalidate
                ? Side.LEARNER
                : Side.LEADER;
    }

    private static Object readByName(Class<?> type, WireReader in) {
        try {
            return type.getMethod("read", WireReader.class).invoke(null, in);
        } catch (InvocationTargetException e) {
            throw new AssertionError(type.getName(), e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type.getName(), e);
        }
    }
}
