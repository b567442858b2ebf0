// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.data;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ErrorCodeTest {

    @Test
    void eachCodeIsFoundByItsNumber() {
        for (ErrorCode code : ErrorCode.values()) {
            assertThat(ErrorCode.of(code.number())).isSameAs(code);
        }
    }

    @Test
    void otherNumbersHaveNoCode() {
        int found = 0;
        for (int number = -1000; number < 1000; number++) {
            found += ErrorCode.of(number) == null ? 0 : 1;
        }
        assertThat(found).isEqualTo(ErrorCode.values().length);
        assertThat(ErrorCode.of(Integer.MIN_VALUE)).isNull();
        assertThat(ErrorCode.of(Integer.MAX_VALUE)).isNull();
        assertThat(ErrorCode.of(-128)).isNull();
    }

    @Test
    void numbersAreThoseOfTheProtocol() {
        assertThat(ErrorCode.of(0)).isSameAs(ErrorCode.OK);
        assertThat(ErrorCode.of(-5)).isSameAs(ErrorCode.MARSHALLING_ERROR);
        assertThat(ErrorCode.of(-101)).isSameAs(ErrorCode.NO_NODE);
        assertThat(ErrorCode.of(-127)).isSameAs(ErrorCode.THROTTLED_OP);
    }
}
