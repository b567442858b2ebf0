// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.wire.WireReader;
import io.zabra.wire.client.GetDataRequest;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.client.Request;
import io.zabra.wire.client.RequestHeader;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class TemplateTest {

    @Test
    void xidAndCounterArePatchedAndTheRestStays() {
        Template template = Template.of(new GetDataRequest("/a/n" + Template.DIGITS, false));
        ByteBuffer out = ByteBuffer.allocate(200);

        template.put(out, 7, 42);
        template.put(out, 8, 1_234_567_890L);

        assertThat(out.position()).isEqualTo(2 * template.length());
        assertThat(pathOf(out.array(), 0, 7)).isEqualTo("/a/n0000000042");
        assertThat(pathOf(out.array(), template.length(), 8)).isEqualTo("/a/n1234567890");
    }

    @Test
    void aTemplateWithoutPlaceholderGivesTheSameFrameEachTime() {
        Template template = Template.of(new GetDataRequest("/a", true));
        ByteBuffer once = ByteBuffer.allocate(100);
        ByteBuffer again = ByteBuffer.allocate(100);

        template.put(once, 1);
        template.put(again, 1, 99);

        assertThat(once.array()).isEqualTo(again.array());
    }

    private static String pathOf(byte[] frames, int at, int expectedXid) {
        int length = ByteBuffer.wrap(frames).getInt(at);
        var in = new WireReader(frames, at + 4, at + 4 + length);
        assertThat(RequestHeader.read(in)).isEqualTo(new RequestHeader(expectedXid, OpCode.GET_DATA.number()));
        return ((GetDataRequest) Request.read(OpCode.GET_DATA, in)).path();
    }
}
