// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OpCodeTest {

    @Test
    void eachOpCodeIsFoundByItsNumber() {
        for (OpCode op : OpCode.values()) {
            assertThat(OpCode.of(op.number())).isSameAs(op);
        }
    }

    @Test
    void otherNumbersHaveNoOpCode() {
        int found = 0;
        for (int number = -1000; number < 1000; number++) {
            found += OpCode.of(number) == null ? 0 : 1;
        }
        assertThat(found).isEqualTo(OpCode.values().length);
        assertThat(OpCode.of(Integer.MIN_VALUE)).isNull();
        assertThat(OpCode.of(Integer.MAX_VALUE)).isNull();
    }

    @Test
    void createModesHaveTheNumbersOfTheProtocol() {
        assertThat(CreateMode.of(0)).isSameAs(CreateMode.PERSISTENT);
        assertThat(CreateMode.of(1)).isSameAs(CreateMode.EPHEMERAL);
        assertThat(CreateMode.of(2)).isSameAs(CreateMode.PERSISTENT_SEQUENTIAL);
        assertThat(CreateMode.of(3)).isSameAs(CreateMode.EPHEMERAL_SEQUENTIAL);
        assertThat(CreateMode.of(4)).isSameAs(CreateMode.CONTAINER);
        assertThat(CreateMode.of(5)).isSameAs(CreateMode.PERSISTENT_WITH_TTL);
        assertThat(CreateMode.of(6)).isSameAs(CreateMode.PERSISTENT_SEQUENTIAL_WITH_TTL);
        assertThat(CreateMode.of(-1)).isNull();
        assertThat(CreateMode.of(7)).isNull();
    }
}
