// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.txn;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.wire.Golden;
import io.zabra.wire.data.Acl;
import io.zabra.wire.data.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A log of Apache 3.9.5 decodes to the history that made it, and encodes back to the same bytes.
class GoldenLogTest {

    private static final List<LoggedTxn> LOG =
            Golden.logEntries().stream().map(LoggedTxn::read).toList();

    static Stream<byte[]> entries() {
        return Golden.logEntries().stream();
    }

    @ParameterizedTest
    @MethodSource("entries")
    void everyEntryEncodesBackToTheSameBytes(byte[] entry) {
        assertThat(LoggedTxn.read(entry).encode()).isEqualTo(entry);
    }

    @Test
    void zxidsRiseByOne() {
        assertThat(LOG).isNotEmpty();
        for (int i = 0; i < LOG.size(); i++) {
            assertThat(LOG.get(i).header().zxid()).isEqualTo(i + 1);
        }
    }

    @Test
    void sessionAndCreate() {
        assertThat(at(1).header()).isEqualTo(new TxnHeader(0x0100001a72ed0000L, 0, 1, 0x1a1fbdaf2edL, -10));
        assertThat(at(1).txn()).isEqualTo(new CreateSessionTxn(10_000));
        assertThat(at(1).digest()).isEqualTo(new TxnDigest(2, 0x51c6d660L));

        CreateTxn create = (CreateTxn) at(2).txn();
        assertThat(create.path()).isEqualTo("/g");
        assertThat(create.data()).isEqualTo(ascii("data"));
        assertThat(create.acl()).isEqualTo(Acl.OPEN);
        assertThat(create.ephemeral()).isFalse();
        assertThat(create.parentCversion()).isEqualTo(1);
        assertThat(at(2).digest()).isEqualTo(new TxnDigest(2, 0xf2132574L));
    }

    @Test
    void setDataAndMultis() {
        assertThat(at(4).txn()).usingRecursiveComparison().isEqualTo(new SetDataTxn("/g", ascii("v2"), 1));

        List<MultiTxn.Op> done = ((MultiTxn) at(5).txn()).ops();
        assertThat(done).extracting(MultiTxn.Op::type).containsExactly(1, 2);
        assertThat(((CreateTxn) done.getFirst().txn()).parentCversion()).isEqualTo(2);
        assertThat(done.getLast().txn()).isEqualTo(new DeleteTxn("/g/m"));

        List<MultiTxn.Op> failed = ((MultiTxn) at(6).txn()).ops();
        assertThat(failed).extracting(MultiTxn.Op::type).containsExactly(1, -1);
        assertThat(failed.getLast().txn()).isEqualTo(new ErrorTxn(ErrorCode.BAD_VERSION.number()));
    }

    @Test
    void ttlContainerErrorAndEndOfASession() {
        assertThat(at(9).header().type()).isEqualTo(21);
        assertThat(((CreateTtlTxn) at(9).txn()).ttlMs()).isEqualTo(60_000);
        assertThat(((CreateTtlTxn) at(9).txn()).parentCversion()).isEqualTo(2);
        assertThat(((CreateContainerTxn) at(10).txn()).parentCversion()).isEqualTo(3);
        assertThat(at(11).txn()).isEqualTo(new ErrorTxn(ErrorCode.NOT_EMPTY.number()));
        assertThat(at(11).digest()).isNull();
        assertThat(at(12).txn()).isEqualTo(new CloseSessionTxn(List.of("/g/e")));
    }

    private static LoggedTxn at(int zxid) {
        return LOG.get(zxid - 1);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
