// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AcceptLimitTest {

    private final AtomicInteger refused = new AtomicInteger();
    private final EmbeddedChannel listening = new EmbeddedChannel(new AcceptLimit(2, _ -> refused.incrementAndGet()));

    @Test
    void whatIsBeyondTheLimitIsClosedAtOnceAndAPlaceThatIsLeftIsTaken() {
        EmbeddedChannel first = new EmbeddedChannel();
        EmbeddedChannel third = new EmbeddedChannel();
        listening.writeInbound(first, new EmbeddedChannel(), third);
        assertThat(listening.inboundMessages()).hasSize(2).doesNotContain(third);
        assertThat(third.isOpen()).isFalse();
        assertThat(refused).hasValue(1);
        first.close();
        EmbeddedChannel fourth = new EmbeddedChannel();
        listening.writeInbound(fourth);
        assertThat(fourth.isOpen()).isTrue();
        assertThat(refused).hasValue(1);
    }

    @Test
    void theLimitLeavesDescriptorsFree() {
        assertThat(AcceptLimit.byDescriptors()).isPositive();
    }
}
