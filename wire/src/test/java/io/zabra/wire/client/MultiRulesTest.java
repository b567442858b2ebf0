// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.zabra.wire.MalformedPacketException;
import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;
import io.zabra.wire.data.Acl;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MultiRulesTest {

    private static final byte[] DATA = {1};

    private static final EnumSet<OpCode> IN_MULTI = EnumSet.of(
            OpCode.CREATE,
            OpCode.CREATE2,
            OpCode.CREATE_CONTAINER,
            OpCode.CREATE_TTL,
            OpCode.DELETE,
            OpCode.SET_DATA,
            OpCode.CHECK);

    private static final EnumSet<OpCode> IN_MULTI_READ = EnumSet.of(OpCode.GET_CHILDREN, OpCode.GET_DATA);

    @ParameterizedTest
    @EnumSource(OpCode.class)
    void onlyWritesAndChecksMayBeInAMulti(OpCode op) {
        assertAllowed(OpCode.MULTI, op, IN_MULTI.contains(op));
    }

    @ParameterizedTest
    @EnumSource(OpCode.class)
    void onlyGetDataAndGetChildrenMayBeInAMultiRead(OpCode op) {
        assertAllowed(OpCode.MULTI_READ, op, IN_MULTI_READ.contains(op));
    }

    @Test
    void readsAndWritesDoNotMix() {
        assertMalformed(OpCode.MULTI, multi(new DeleteRequest("/a", -1), new GetDataRequest("/a", false)));
        assertMalformed(OpCode.MULTI_READ, multi(new GetDataRequest("/a", false), new DeleteRequest("/a", -1)));
    }

    @Test
    void anEmptyMultiIsLegal() {
        assertThat(read(OpCode.MULTI, multi())).isEqualTo(new MultiRequest(List.of()));
        assertThat(read(OpCode.MULTI_READ, multi())).isEqualTo(new MultiReadRequest(List.of()));
    }

    @Test
    void aMissingTerminatorIsMalformed() {
        byte[] whole = multi(new DeleteRequest("/a", -1)).toByteArray();
        for (int cut = 1; cut <= whole.length; cut++) {
            assertMalformed(OpCode.MULTI, new WireWriter().raw(whole, 0, whole.length - cut));
        }
    }

    @Test
    void theMarkEndsAMultiWhateverTypeStandsBesideIt() {
        WireWriter out = new WireWriter();
        new MultiHeader(OpCode.DELETE.number(), true, 5).write(out);
        assertThat(read(OpCode.MULTI, out)).isEqualTo(new MultiRequest(List.of()));
    }

    @Test
    void theErrorInARequestHeaderIsIgnored() {
        WireWriter out = new WireWriter();
        new MultiHeader(OpCode.DELETE.number(), false, 77).write(out);
        new DeleteRequest("/a", 3).write(out);
        MultiHeader.END.write(out);
        assertThat(read(OpCode.MULTI, out)).isEqualTo(new MultiRequest(List.of(new DeleteRequest("/a", 3))));
    }

    @ParameterizedTest
    @EnumSource(names = {"CREATE", "CREATE2", "CREATE_CONTAINER"})
    void createsTakeAllModesButTtlAndUnknownOnes(OpCode op) {
        for (int flags = 0; flags < CreateMode.CONTAINER.flags(); flags++) {
            assertThat(single(create(op, flags)).op()).isEqualTo(op);
        }
        assertThat(single(create(op, CreateMode.CONTAINER.flags())).op()).isEqualTo(OpCode.CREATE_CONTAINER);
        for (int flags : new int[] {5, 6, 7, -1, Integer.MIN_VALUE}) {
            assertMalformed(OpCode.MULTI, multi(create(op, flags)));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void createTtlWithAPlainModeIsAPlainCreate(int flags) {
        assertThat(single(new CreateTtlRequest("/a", DATA, Acl.OPEN, flags, 9)))
                .usingRecursiveComparison()
                .isEqualTo(create(OpCode.CREATE, flags));
    }

    @Test
    void createTtlKeepsATtlModeOrAnUnknownOne() {
        for (int flags : new int[] {5, 6, 7, -1}) {
            CreateTtlRequest request = new CreateTtlRequest("/a", DATA, Acl.OPEN, flags, 9);
            assertThat(single(request)).usingRecursiveComparison().isEqualTo(request);
        }
    }

    @Test
    void createTtlWithTheModeOfContainersMakesAContainer() {
        assertThat(single(new CreateTtlRequest("/a", DATA, Acl.OPEN, 4, 9)).op())
                .isEqualTo(OpCode.CREATE_CONTAINER);
    }

    @Test
    void readsInAMultiReadLeaveNoWatch() {
        WireWriter out = multi(new GetDataRequest("/a", true), new GetChildrenRequest("/b", true));
        assertThat(read(OpCode.MULTI_READ, out))
                .isEqualTo(new MultiReadRequest(
                        List.of(new GetDataRequest("/a", false), new GetChildrenRequest("/b", false))));
    }

    @Test
    void aNullPathIsMalformed() {
        WireWriter out = new WireWriter();
        new MultiHeader(OpCode.DELETE.number(), false, -1).write(out);
        out.string(null).int32(-1);
        MultiHeader.END.write(out);
        assertMalformed(OpCode.MULTI, out);
    }

    @Test
    void aMultiInAMultiIsMalformed() {
        assertMalformed(OpCode.MULTI, multi(new MultiRequest(List.of())));
        assertMalformed(OpCode.MULTI_READ, multi(new MultiReadRequest(List.of())));
    }

    /// The same bytes fit every opcode, so that only the opcode decides.
    private static void assertAllowed(OpCode multi, OpCode op, boolean allowed) {
        WireWriter out = new WireWriter();
        new MultiHeader(op.number(), false, -1).write(out);
        switch (op) {
            case CREATE, CREATE2, CREATE_CONTAINER -> create(op, 0).write(out);
            case CREATE_TTL -> new CreateTtlRequest("/a", DATA, Acl.OPEN, 5, 9).write(out);
            case SET_DATA -> new SetDataRequest("/a", DATA, 0).write(out);
            case GET_DATA, GET_CHILDREN -> new GetDataRequest("/a", false).write(out);
            default -> new DeleteRequest("/a", 0).write(out);
        }
        MultiHeader.END.write(out);
        if (allowed) {
            assertThat(read(multi, out).op()).isEqualTo(multi);
        } else {
            assertMalformed(multi, out);
        }
    }

    private static void assertMalformed(OpCode multi, WireWriter out) {
        assertThatExceptionOfType(MalformedPacketException.class).isThrownBy(() -> read(multi, out));
    }

    private static Request single(Request part) {
        MultiRequest multi = (MultiRequest) read(OpCode.MULTI, multi(part));
        assertThat(multi.ops()).hasSize(1);
        return multi.ops().getFirst();
    }

    private static CreateRequest create(OpCode op, int flags) {
        return new CreateRequest(op, "/a", DATA, Acl.OPEN, flags);
    }

    private static WireWriter multi(Request... parts) {
        WireWriter out = new WireWriter();
        for (Request part : parts) {
            new MultiHeader(part.op().number(), false, -1).write(out);
            part.write(out);
        }
        MultiHeader.END.write(out);
        return out;
    }

    private static Request read(OpCode op, WireWriter out) {
        return Request.read(op, new WireReader(out.toByteArray()));
    }
}
