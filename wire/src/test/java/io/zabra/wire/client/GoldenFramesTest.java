// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.wire.Golden;
import io.zabra.wire.Golden.Frame;
import io.zabra.wire.Golden.Kind;
import io.zabra.wire.Packets;
import io.zabra.wire.WireReader;
import io.zabra.wire.data.Acl;
import io.zabra.wire.data.ErrorCode;
import io.zabra.wire.data.Stat;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Frames of Apache 3.9.5 decode to what its documentation says, and encode back to the same bytes.
class GoldenFramesTest {

    static Stream<Frame> frames() {
        return Golden.frames().stream();
    }

    @ParameterizedTest
    @MethodSource("frames")
    void everyFrameEncodesBackToTheSameBytes(Frame frame) {
        assertThat(Packets.recoded(frame)).isEqualTo(frame.body());
    }

    @Test
    void theScenarioIsComplete() {
        assertThat(frames().map(Frame::section).distinct()).hasSize(15);
        assertThat(frames()).hasSize(49);
    }

    @Test
    void connectWithAndWithoutTheReadOnlyByte() {
        ConnectRequest modern = ConnectRequest.read(in("G1", 0));
        assertThat(modern.readOnlyPresent()).isTrue();
        assertThat(modern.readOnly()).isFalse();
        assertThat(modern.timeoutMs()).isEqualTo(10_000);
        assertThat(modern.password()).hasSize(16);
        assertThat(ConnectResponse.read(in("G1", 1)).sessionId()).isEqualTo(0x010000246a640000L);

        assertThat(ConnectRequest.read(in("G2", 0)).readOnlyPresent()).isFalse();
        assertThat(ConnectResponse.read(in("G2", 1)).readOnlyPresent()).isFalse();

        ConnectResponse expired = ConnectResponse.read(in("G3", 1));
        assertThat(expired.timeoutMs()).isZero();
        assertThat(expired.sessionId()).isZero();
        assertThat(expired.password()).containsOnly(0).hasSize(16);
    }

    @Test
    void creates() {
        CreateRequest plain = (CreateRequest) request("G4", 0);
        assertThat(plain.op()).isEqualTo(OpCode.CREATE);
        assertThat(plain.path()).isEqualTo("/g");
        assertThat(plain.data()).isEqualTo("data".getBytes(StandardCharsets.US_ASCII));
        assertThat(plain.acl()).isEqualTo(Acl.OPEN);
        assertThat(plain.flags()).isZero();
        assertThat(reply("G4", 1)).isEqualTo(new PathResponse("/g"));

        CreateRequest ephemeral = (CreateRequest) request("G4", 2);
        assertThat(ephemeral.op()).isEqualTo(OpCode.CREATE2);
        assertThat(ephemeral.data()).isNull();
        assertThat(ephemeral.flags()).isEqualTo(CreateMode.EPHEMERAL.flags());
        CreateResponse2 created = (CreateResponse2) reply("G4", 3);
        Stat expected = new Stat(5, 5, 0x1a1fbe4ebf3L, 0x1a1fbe4ebf3L, 0, 0, 0, 0x010000246a640000L, 0, 0, 5);
        assertThat(created).isEqualTo(new CreateResponse2("/g/e", expected));

        assertThat(((CreateTtlRequest) request("G13", 0)).ttlMs()).isEqualTo(60_000);
        assertThat(((CreateRequest) request("G13", 2)).op()).isEqualTo(OpCode.CREATE_CONTAINER);
    }

    @Test
    void readsWritesAndEvents() {
        assertThat(request("G5", 0)).isEqualTo(new GetDataRequest("/g", true));
        GetDataResponse read = (GetDataResponse) reply("G5", 1);
        assertThat(read.data()).isEqualTo("data".getBytes(StandardCharsets.US_ASCII));
        assertThat(read.stat().cversion()).isEqualTo(1);
        assertThat(read.stat().numChildren()).isEqualTo(1);
        assertThat(((StatResponse) reply("G5", 3)).stat().version()).isEqualTo(1);
        assertThat(event("G5", 4))
                .isEqualTo(new WatcherEvent(WatcherEvent.NODE_DATA_CHANGED, WatcherEvent.SYNC_CONNECTED, "/g"));

        ReplyHeader failed = ReplyHeader.read(in("G6", 1));
        assertThat(failed).isEqualTo(new ReplyHeader(4, 8, ErrorCode.BAD_VERSION.number()));
    }

    @Test
    void multis() {
        MultiRequest multi = (MultiRequest) request("G7", 0);
        assertThat(multi.ops())
                .extracting(Request::op)
                .containsExactly(OpCode.CREATE2, OpCode.SET_DATA, OpCode.CHECK, OpCode.DELETE);
        assertThat(((MultiResponse) reply("G7", 1)).results())
                .extracting(OpResult::type)
                .containsExactly(15, 5, 13, 2);
        assertThat(((MultiResponse) reply("G8", 1)).results())
                .containsExactly(
                        new OpResult.Failed(0),
                        new OpResult.Failed(ErrorCode.BAD_VERSION.number()),
                        new OpResult.Failed(ErrorCode.RUNTIME_INCONSISTENCY.number()));
        assertThat(((MultiReadRequest) request("G9", 0)).ops())
                .containsExactly(new GetChildrenRequest("/g", false), new GetDataRequest("/nope", false));
        assertThat(((MultiResponse) reply("G9", 1)).results())
                .containsExactly(
                        new OpResult.ChildrenRead(List.of("e")), new OpResult.Failed(ErrorCode.NO_NODE.number()));
    }

    @Test
    void watchesAndCredentials() {
        assertThat(request("G10", 0)).isEqualTo(new AddWatchRequest("/g", 1));
        assertThat(reply("G10", 1)).isEqualTo(new AddWatchResponse());
        assertThat(event("G10", 3)).isEqualTo(new WatcherEvent(WatcherEvent.NODE_CREATED, 3, "/g/c"));
        assertThat(request("G11", 0))
                .isEqualTo(new SetWatchesRequest(1, List.of("/g", "/gone"), List.of("/g"), List.of("/g")));
        assertThat(ReplyHeader.read(in("G11", 5)).xid()).isEqualTo(ReplyHeader.SET_WATCHES_XID);

        AuthRequest auth = (AuthRequest) request("G12", 0);
        assertThat(auth.scheme()).isEqualTo("digest");
        assertThat(auth.auth()).isEqualTo("user:pw".getBytes(StandardCharsets.US_ASCII));
        assertThat(reply("G12", 3))
                .isEqualTo(new WhoAmIResponse(
                        List.of(new ClientInfo("digest", "user"), new ClientInfo("ip", "127.0.0.1"))));
        assertThat(request("G12", 4)).isEqualTo(new PingRequest());
        assertThat(request("G14", 0)).isEqualTo(new CloseSessionRequest());
    }

    @Test
    void anUnknownOpcodeIsNotARequest() {
        assertThat(OpCode.of(RequestHeader.read(in("G15", 0)).op())).isNull();
        assertThat(ReplyHeader.read(in("G15", 1))).isEqualTo(new ReplyHeader(1, -1, ErrorCode.UNIMPLEMENTED.number()));
    }

    private static WireReader in(String section, int index) {
        return new WireReader(Golden.frames(section).get(index).body());
    }

    private static Request request(String section, int index) {
        WireReader in = in(section, index);
        OpCode op = OpCode.of(RequestHeader.read(in).op());
        assertThat(op).isNotNull();
        return Request.read(op, in);
    }

    private static Response reply(String section, int index) {
        WireReader in = in(section, index);
        ReplyHeader.read(in);
        OpCode op = Golden.frames(section).get(index).op();
        assertThat(op).isNotNull();
        return Response.read(op, in);
    }

    private static WatcherEvent event(String section, int index) {
        assertThat(Golden.frames(section).get(index).kind()).isEqualTo(Kind.EVENT);
        WireReader in = in(section, index);
        ReplyHeader.read(in);
        return WatcherEvent.read(in);
    }
}
