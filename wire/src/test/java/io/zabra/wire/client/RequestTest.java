// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.zabra.wire.MalformedPacketException;
import io.zabra.wire.RandomRecords;
import io.zabra.wire.WireReader;
import io.zabra.wire.WireWriter;
import io.zabra.wire.data.Stat;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RequestTest {

    private static final Stat STAT = new Stat(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);

    @Test
    void eachRequestIsReadBackByItsOpcode() {
        for (Class<?> type : Request.class.getPermittedSubclasses()) {
            Request written = (Request) new RandomRecords(3).record(type);
            WireWriter out = new WireWriter();
            written.write(out);
            assertThat(Request.read(written.op(), new WireReader(out.toByteArray())))
                    .usingRecursiveComparison()
                    .isEqualTo(written);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"NOTIFICATION", "ERROR"})
    void marksAreNotRequests(OpCode op) {
        WireReader in = new WireReader(new byte[100]);
        assertThatExceptionOfType(MalformedPacketException.class).isThrownBy(() -> Request.read(op, in));
        assertThatExceptionOfType(MalformedPacketException.class).isThrownBy(() -> Response.read(op, in));
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {
                "NOTIFICATION",
                "ERROR",
                "SYNC",
                "PING",
                "MULTI",
                "MULTI_READ",
                "RECONFIG",
                "AUTH",
                "SET_WATCHES",
                "SET_WATCHES2",
                "SASL",
                "GET_EPHEMERALS",
                "WHO_AM_I",
                "CREATE_SESSION",
                "CLOSE_SESSION"
            })
    void aNullPathIsMalformed(OpCode op) {
        byte[] bytes = new byte[100];
        Arrays.fill(bytes, 0, 4, (byte) 0xff);
        assertThatExceptionOfType(MalformedPacketException.class)
                .isThrownBy(() -> Request.read(op, new WireReader(bytes)))
                .withMessageContaining("null string");
    }

    @Test
    void syncAndGetEphemeralsTakeANullPath() {
        byte[] bytes = new WireWriter().string(null).toByteArray();
        assertThat(Request.read(OpCode.SYNC, new WireReader(bytes))).isEqualTo(new SyncRequest(null));
        assertThat(Request.read(OpCode.GET_EPHEMERALS, new WireReader(bytes)))
                .isEqualTo(new GetEphemeralsRequest(null));
    }

    @Test
    void bytesBehindARequestAreIgnored() {
        byte[] bytes = new WireWriter().string("/a").int32(4).int64(99).toByteArray();
        assertThat(Request.read(OpCode.DELETE, new WireReader(bytes))).isEqualTo(new DeleteRequest("/a", 4));
    }

    @Test
    void aCreateRequestIsOneOfThreeOpcodes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CreateRequest(OpCode.CREATE_TTL, "/a", null, List.of(), 0));
    }

    @Test
    void encodedChildrenAreReadAsChildren() {
        List<String> names = List.of("a", "\u00e9", "c");
        byte[] encoded = new WireWriter().strings(names).toByteArray();

        assertThat(Response.read(OpCode.GET_CHILDREN, reader(new EncodedChildrenResponse(encoded, null))))
                .isEqualTo(new GetChildrenResponse(names));
        assertThat(Response.read(OpCode.GET_CHILDREN2, reader(new EncodedChildrenResponse(encoded, STAT))))
                .isEqualTo(new GetChildren2Response(names, STAT));
    }

    @Test
    void anUnknownResultTypeIsMalformed() {
        for (int type : new int[] {0, 3, 14, 21, 99}) {
            assertThatExceptionOfType(MalformedPacketException.class)
                    .isThrownBy(() -> OpResult.read(type, new WireReader(new byte[200])));
        }
    }

    private static WireReader reader(Response response) {
        WireWriter out = new WireWriter();
        response.write(out);
        return new WireReader(out.toByteArray());
    }
}
