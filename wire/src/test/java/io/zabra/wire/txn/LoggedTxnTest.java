// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.txn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.zabra.wire.MalformedPacketException;
import io.zabra.wire.RandomRecords;
import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.data.Acl;
import io.zabra.wire.data.ErrorCode;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoggedTxnTest {

    private static final TxnDigest DIGEST = new TxnDigest(TxnDigest.VERSION, 0x1122334455667788L);

    @Test
    void allTypesReadBackWithAndWithoutADigest() {
        List<Class<?>> kinds = List.of(Txn.class.getPermittedSubclasses());
        for (OpCode op : OpCode.values()) {
            for (long seed = 0; seed < 20; seed++) {
                Class<?> kind = kindOf(op);
                if (kind != null) {
                    assertThat(kinds).contains(kind);
                    Txn txn = (Txn) new RandomRecords(seed).record(kind);
                    TxnHeader header = new TxnHeader(seed, 1, 2, 3, op.number());
                    assertReadsBack(new LoggedTxn(header, txn, DIGEST));
                    assertReadsBack(new LoggedTxn(header, txn, null));
                }
            }
        }
    }

    @Test
    void aSliceOfAnArrayIsEnough() {
        LoggedTxn logged = new LoggedTxn(header(OpCode.DELETE), new DeleteTxn("/a"), DIGEST);
        WireWriter out = new WireWriter().int8(1);
        logged.write(out);
        int end = out.position();
        out.int64(99);
        assertThat(LoggedTxn.read(out.array(), 1, end)).isEqualTo(logged);
    }

    @Test
    void aCreateFromBefore34HasNoParentVersion() {
        WireWriter out = new WireWriter();
        header(OpCode.CREATE).write(out);
        out.string("/a").buffer(null).list(Acl.OPEN).bool(true);

        LoggedTxn read = LoggedTxn.read(out.toByteArray());

        assertThat(read.txn()).isEqualTo(new CreateTxn("/a", null, Acl.OPEN, true, CreateTxn.ONE_MORE));
        assertThat(read.digest()).isNull();
    }

    @Test
    void theEndOfASessionMayHaveNoBody() {
        LoggedTxn bare = new LoggedTxn(header(OpCode.CLOSE_SESSION), new CloseSessionTxn(null), null);
        assertThat(bare.encode()).hasSize(TxnHeader.BYTES);
        assertReadsBack(bare);
        // Also with a digest, where Apache mistakes it for a list of paths.
        assertReadsBack(new LoggedTxn(header(OpCode.CLOSE_SESSION), new CloseSessionTxn(null), DIGEST));
    }

    @Test
    void theEndOfASessionWithoutEphemeralsHasAnEmptyList() {
        assertReadsBack(new LoggedTxn(header(OpCode.CLOSE_SESSION), new CloseSessionTxn(List.of()), null));
        assertReadsBack(new LoggedTxn(header(OpCode.CLOSE_SESSION), new CloseSessionTxn(List.of()), DIGEST));
        assertReadsBack(new LoggedTxn(header(OpCode.CLOSE_SESSION), new CloseSessionTxn(List.of("/abc")), null));
        assertReadsBack(new LoggedTxn(header(OpCode.CLOSE_SESSION), new CloseSessionTxn(List.of("/a", "/b")), DIGEST));
    }

    @Test
    void fewerBytesThanADigestAreIgnored() {
        for (int extra = 0; extra < TxnDigest.BYTES; extra++) {
            WireWriter out = new WireWriter();
            header(OpCode.DELETE).write(out);
            out.string("/a").raw(new byte[extra]);
            assertThat(LoggedTxn.read(out.toByteArray()).digest()).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 4, 6, 8, 11, 12, 17, 22, 100, -2, 9999})
    void unknownTypesAreMalformed(int type) {
        WireReader in = new WireReader(new byte[200]);
        assertThatExceptionOfType(MalformedPacketException.class)
                .isThrownBy(() -> Txn.read(type, in))
                .withMessageContaining(String.valueOf(type));
    }

    @ParameterizedTest
    @ValueSource(ints = {14, -10, -11, 7, 16, 3, 0, 9999})
    void multisHoldOnlyWhatAMultiRequestCanAskFor(int type) {
        byte[] bytes =
                new WireWriter().int32(1).int32(type).buffer(new byte[100]).toByteArray();
        assertThatExceptionOfType(MalformedPacketException.class)
                .isThrownBy(() -> MultiTxn.read(new WireReader(bytes)))
                .withMessageContaining("in a multi");
    }

    @Test
    void aPartOfAMultiCannotReachIntoTheNext() {
        byte[] bytes = new WireWriter()
                .int32(2)
                .int32(OpCode.ERROR.number())
                .buffer(new byte[3])
                .int32(OpCode.ERROR.number())
                .buffer(new byte[4])
                .toByteArray();
        assertThatExceptionOfType(MalformedPacketException.class)
                .isThrownBy(() -> MultiTxn.read(new WireReader(bytes)));
    }

    /// Apache's servers turn the type of each part of a multi that failed into that of an error, and leave its body.
    @Test
    void whatIsLeftOfPartsOfAFailedMultiIsReadAsTheirErrors() {
        MultiTxn read = MultiTxn.read(new WireReader(new WireWriter()
                .int32(4)
                .raw(renamed(new CreateTxn("/a", new byte[] {1}, Acl.OPEN, false, 1)))
                .raw(renamed(new CheckVersionTxn("/", -2)))
                .raw(renamed(new ErrorTxn(ErrorCode.NO_NODE.number())))
                .raw(renamed(new DeleteTxn("/a/long/path")))
                .toByteArray()));

        assertThat(read).isEqualTo(failed(0, 0, ErrorCode.NO_NODE.number(), -2));
        assertThat(read.failed()).isTrue();
        assertReadsBack(new LoggedTxn(header(OpCode.MULTI), read, null));
    }

    @Test
    void aMultiFailsWithAnyOfItsParts() {
        MultiTxn.Op done = new MultiTxn.Op(OpCode.DELETE.number(), new DeleteTxn("/a"));
        assertThat(new MultiTxn(List.of(done, done)).failed()).isFalse();
        MultiTxn.Op error = failed(ErrorCode.NO_NODE.number()).ops().getFirst();
        assertThat(new MultiTxn(List.of(done, error)).failed()).isTrue();
    }

    private static byte[] renamed(Txn txn) {
        WireWriter out = new WireWriter();
        new MultiTxn.Op(OpCode.ERROR.number(), txn).write(out);
        return out.toByteArray();
    }

    private static MultiTxn failed(int... errors) {
        return new MultiTxn(IntStream.of(errors)
                .mapToObj(error -> new MultiTxn.Op(OpCode.ERROR.number(), new ErrorTxn(error)))
                .toList());
    }

    private static void assertReadsBack(LoggedTxn logged) {
        assertThat(LoggedTxn.read(logged.encode())).usingRecursiveComparison().isEqualTo(logged);
    }

    private static TxnHeader header(OpCode op) {
        return new TxnHeader(7, 1, 2, 3, op.number());
    }

    private static @Nullable Class<?> kindOf(OpCode op) {
        return switch (op) {
            case CREATE, CREATE2 -> CreateTxn.class;
            case CREATE_CONTAINER -> CreateContainerTxn.class;
            case CREATE_TTL -> CreateTtlTxn.class;
            case DELETE, DELETE_CONTAINER -> DeleteTxn.class;
            case SET_DATA, RECONFIG -> SetDataTxn.class;
            case SET_ACL -> SetAclTxn.class;
            case CHECK -> CheckVersionTxn.class;
            case MULTI -> MultiTxn.class;
            case CREATE_SESSION -> CreateSessionTxn.class;
            case CLOSE_SESSION -> CloseSessionTxn.class;
            case ERROR -> ErrorTxn.class;
            default -> null;
        };
    }
}
