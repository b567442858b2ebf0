// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import org.junit.jupiter.api.Test;

/// The texts are those of the JDK and of Netty's native transport.
class SocketCauseTest {

    @Test
    void systemCallsAndNumbersBecomePlainWords() {
        assertThat(SocketCause.of(new ConnectException(
                        "finishConnect(..) failed with error(-111): Connection refused: /127.0.0.1:3888")))
                .isEqualTo("nobody listens there (connection refused)");
        assertThat(SocketCause.of(new IOException("recvAddress(..) failed with error(-104): Connection reset by peer")))
                .isEqualTo("it has closed the connection");
        assertThat(SocketCause.of(new ConnectException("connection timed out after 5000 ms: /10.0.0.9:3888")))
                .isEqualTo("no answer in time");
        assertThat(SocketCause.of(new SocketException("Network is unreachable")))
                .isEqualTo("there is no way to its host");
        assertThat(SocketCause.of(new IOException("something else"))).isEqualTo("something else");
    }
}
