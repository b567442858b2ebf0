// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zabra.wire.data.Acl;
import io.zabra.wire.data.Id;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WireCodecTest {

    @Test
    void numbersAreBigEndian() {
        WireWriter out = new WireWriter(0)
                .int8(0x81)
                .bool(true)
                .bool(false)
                .int32(0x01020304)
                .int64(-2)
                .int32(Integer.MIN_VALUE);

        assertThat(hex(out)).isEqualTo("81" + "01" + "00" + "01020304" + "fffffffffffffffe" + "80000000");

        WireReader in = new WireReader(out.toByteArray());
        assertThat(in.int8()).isEqualTo((byte) 0x81);
        assertThat(in.bool()).isTrue();
        assertThat(in.bool()).isFalse();
        assertThat(in.peekInt32()).isEqualTo(0x01020304);
        assertThat(in.int32()).isEqualTo(0x01020304);
        assertThat(in.int64()).isEqualTo(-2);
        assertThat(in.int32()).isEqualTo(Integer.MIN_VALUE);
        assertThat(in.remaining()).isZero();
    }

    @Test
    void anyByteButZeroIsTrue() {
        for (int value = 0; value < 256; value++) {
            assertThat(new WireReader(new byte[] {(byte) value}).bool()).isEqualTo(value != 0);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'', 00000000",
        "/a, 000000022f61",
        "\u007f, 000000017f",
        "\u0080, 00000002c280",
        "/\u00e9, 000000032fc3a9",
        "\u07ff, 00000002dfbf",
        "\u0800, 00000003e0a080",
        "/\u20ac/x, 000000062fe282ac2f78",
        "\uffff, 00000003efbfbf",
        "/\u0141, 000000032fc581",
        "\ud83d\ude00, 00000006eda0bdedb880",
        "a\udc00b, 0000000561edb08062",
    })
    void stringsAreWrittenAsUtf8WithSurrogatesOneByOne(String value, String expected) {
        assertThat(hex(new WireWriter(0).string(value))).isEqualTo(expected);
    }

    @Test
    void stringsOfTheBasicPlaneReadBack() {
        for (int from = 0; from < 0xd800; from += 0x400) {
            StringBuilder value = new StringBuilder();
            for (int c = from; c < from + 0x400; c++) {
                value.append((char) c);
            }
            byte[] bytes = new WireWriter().string(value.toString()).toByteArray();
            assertThat(new WireReader(bytes).string()).isEqualTo(value.toString());
            assertThat(bytes).endsWith(value.toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    /// The writer has more than one road, chosen by length and content: all of them have to agree with a plain encoder.
    @Test
    void oneOddCharacterAnywhereDoesNotSpoilTheRest() {
        char[] odd = {'\u0080', '\u00ff', '\u0141', '\u20ac', '\ud800', '\u0100', '\u8041'};
        for (int length = 1; length < 80; length++) {
            for (int at = 0; at < length; at++) {
                char[] chars =
                        "/0123456789abcdefghij".repeat(4).substring(0, length).toCharArray();
                chars[at] = odd[(length + at) % odd.length];
                String value = new String(chars);
                assertThat(hex(new WireWriter(0).string(value))).isEqualTo(plainEncoding(value));
            }
        }
    }

    @Test
    void questionMarksAndLoneSurrogatesAreToldApart() {
        for (int length = 1; length < 40; length++) {
            String surrogates = "\udc00".repeat(length);
            String marks = "?".repeat(length);
            assertThat(hex(new WireWriter(0).string(surrogates))).isEqualTo(plainEncoding(surrogates));
            assertThat(hex(new WireWriter(0).string(marks))).isEqualTo(plainEncoding(marks));
        }
    }

    @Test
    void asciiStringsOfAllLengthsAreWrittenByteByByte() {
        Random random = new Random(7);
        for (int length = 0; length < 300; length++) {
            byte[] ascii = new byte[length];
            for (int i = 0; i < length; i++) {
                ascii[i] = (byte) random.nextInt(0x80);
            }
            String value = new String(ascii, StandardCharsets.US_ASCII);
            assertThat(hex(new WireWriter(3).string(value))).isEqualTo(plainEncoding(value));
            assertThat(new WireReader(new WireWriter().string(value).toByteArray()).string())
                    .isEqualTo(value);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ff, \ufffd",
        "61c0af62, a\ufffd\ufffdb",
        "61e282, a\ufffd",
        "eda0bdedb880, \ufffd\ufffd",
        "f09f9880, \ud83d\ude00",
    })
    void invalidUtf8TurnsIntoReplacementCharacters(String bytes, String expected) {
        byte[] raw = HexFormat.of().parseHex(bytes);
        byte[] encoded = new WireWriter().buffer(raw).toByteArray();
        assertThat(new WireReader(encoded).string()).isEqualTo(expected);
    }

    @Test
    void nullIsNotEmpty() {
        byte[] bytes = new WireWriter()
                .string(null)
                .string("")
                .buffer(null)
                .buffer(new byte[0])
                .strings(null)
                .strings(List.of())
                .list(null)
                .list(List.of())
                .toByteArray();

        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo("ffffffff00000000".repeat(4));
        WireReader in = new WireReader(bytes);
        assertThat(in.stringOrNull()).isNull();
        assertThat(in.stringOrNull()).isEmpty();
        assertThat(in.buffer()).isNull();
        assertThat(in.buffer()).isEmpty();
        assertThat(in.listOrNull(WireReader::string)).isNull();
        assertThat(in.listOrNull(WireReader::string)).isEmpty();
        assertThat(in.listOrNull(Acl::read)).isNull();
        assertThat(in.listOrNull(Acl::read)).isEmpty();
    }

    @Test
    void nullWhereAValueIsRequiredIsMalformed() {
        byte[] nothing = new WireWriter().int32(-1).toByteArray();
        assertMalformed(() -> new WireReader(nothing).string());
        assertMalformed(() -> new WireReader(nothing).list(WireReader::string));
        assertMalformed(() -> new WireReader(nothing).region());
    }

    @ParameterizedTest
    @ValueSource(ints = {-2, Integer.MIN_VALUE, 5, Integer.MAX_VALUE})
    void lengthsThatDoNotFitAreMalformed(int length) {
        byte[] bytes = new WireWriter().int32(length).int32(0).toByteArray();
        assertMalformed(() -> new WireReader(bytes).string());
        assertMalformed(() -> new WireReader(bytes).stringOrNull());
        assertMalformed(() -> new WireReader(bytes).buffer());
        assertMalformed(() -> new WireReader(bytes).region());
        assertMalformed(() -> new WireReader(bytes).list(WireReader::int8));
        assertMalformed(() -> new WireReader(bytes).listOrNull(WireReader::string));
    }

    @Test
    void numbersBeyondTheEndAreMalformed() {
        byte[] bytes = new byte[20];
        for (int left = 0; left < 8; left++) {
            WireReader in = new WireReader(bytes, 20 - left, 20);
            assertMalformed(in::int64);
            assertThat(in.remaining()).isEqualTo(left);
            if (left < 4) {
                assertMalformed(in::int32);
                assertMalformed(in::peekInt32);
            }
        }
        assertMalformed(new WireReader(bytes, 20, 20)::int8);
        assertMalformed(new WireReader(bytes, 3, 3)::bool);
    }

    @Test
    void theRegionEndsWhereItWasToldTo() {
        byte[] bytes = new WireWriter().string("abcd").string("efgh").toByteArray();
        WireReader in = new WireReader(bytes, 8, 15);
        assertThat(in.position()).isEqualTo(8);
        assertThat(in.remaining()).isEqualTo(7);
        assertMalformed(in::string);
        assertThatThrownBy(() -> new WireReader(bytes, 0, 17)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> new WireReader(bytes, -1, 3)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> new WireReader(bytes, 4, 3)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void fieldsAboveTheLimitAreMalformed() {
        byte[] bytes = new WireWriter().buffer(new byte[8]).buffer(new byte[9]).toByteArray();
        WireReader in = new WireReader(bytes, 0, bytes.length, 8);
        assertThat(in.buffer()).hasSize(8);
        assertMalformed(in::buffer);
    }

    @Test
    void aRegionReadsInPlaceAndIsSteppedOver() {
        byte[] bytes =
                new WireWriter().buffer(new byte[] {0, 0, 0, 7, 1}).int32(5).toByteArray();
        WireReader in = new WireReader(bytes);
        WireReader inner = in.region();
        assertThat(inner.int32()).isEqualTo(7);
        assertThat(inner.remaining()).isEqualTo(1);
        assertMalformed(inner::int32);
        assertThat(in.int32()).isEqualTo(5);
    }

    @Test
    void aBufferIsACopy() {
        byte[] bytes = new WireWriter().buffer(new byte[] {1, 2}).toByteArray();
        byte[] read = new WireReader(bytes).buffer();
        Arrays.fill(bytes, (byte) 9);
        assertThat(read).containsExactly(1, 2);
    }

    @Test
    void listsCannotBeChanged() {
        byte[] bytes = new WireWriter().strings(List.of("a", "b")).toByteArray();
        List<String> list = new WireReader(bytes).list(WireReader::string);
        assertThat(list).containsExactly("a", "b");
        assertThatThrownBy(() -> list.add("c")).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void skipIfNextTakesTheBytesOnlyWhenTheyMatch() {
        WireReader in = new WireReader(new byte[] {1, 2, 3});
        assertThat(in.skipIfNext(new byte[] {1, 3})).isFalse();
        assertThat(in.skipIfNext(new byte[] {1, 2, 3, 4})).isFalse();
        assertThat(in.position()).isZero();
        assertThat(in.skipIfNext(new byte[] {1, 2})).isTrue();
        assertThat(in.remaining()).isEqualTo(1);
    }

    @Test
    void theOpenAclIsOneSharedList() {
        byte[] open = new WireWriter().list(Acl.OPEN).toByteArray();
        assertThat(Acl.readList(new WireReader(open))).isSameAs(Acl.OPEN);
        assertThat(Acl.readListOrNull(new WireReader(open))).isSameAs(Acl.OPEN);

        List<Acl> other = List.of(new Acl(Acl.ALL, new Id("world", "anyonf")));
        assertThat(Acl.readList(new WireReader(new WireWriter().list(other).toByteArray())))
                .isEqualTo(other);
    }

    @Test
    void framesCarryTheLengthOfWhatWasWrittenInside() {
        WireWriter out = new WireWriter(1).int8(7);
        int start = out.beginFrame();
        out.string("/abc");
        out.endFrame(start);
        int empty = out.beginFrame();
        out.endFrame(empty);
        assertThat(hex(out)).isEqualTo("07" + "00000008" + "00000004" + "2f616263" + "00000000");
    }

    @Test
    void aWriterCanBeRewoundAndReused() {
        WireWriter out = new WireWriter(4).int32(1).int32(2);
        out.int32At(0, 9);
        out.truncate(6);
        assertThat(hex(out)).isEqualTo("00000009" + "0000");
        byte[] array = out.array();
        out.reset();
        assertThat(out.position()).isZero();
        assertThat(hex(out.int32(3))).isEqualTo("00000003");
        assertThat(out.array()).isSameAs(array);
        assertThatThrownBy(() -> out.truncate(5)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> out.int32At(1, 5)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> out.int32At(-1, 5)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void rawBytesHaveNoLengthAndBuffersHaveOne() {
        byte[] value = {1, 2, 3, 4};
        WireWriter out = new WireWriter(0)
                .raw(value)
                .raw(value, 1, 2)
                .buffer(value, 1, 3)
                .buffer(value);
        assertThat(hex(out)).isEqualTo("01020304" + "0203" + "000000020203" + "0000000401020304");
    }

    @Test
    void malformedPacketsCostNoStackTrace() {
        assertThatExceptionOfType(MalformedPacketException.class)
                .isThrownBy(() -> new WireReader(new byte[3]).int32())
                .withMessage("4 bytes needed, 3 left")
                .satisfies(e -> assertThat(e.getStackTrace()).isEmpty());
    }

    private static void assertMalformed(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(MalformedPacketException.class);
    }

    private static String hex(WireWriter out) {
        return HexFormat.of().formatHex(out.toByteArray());
    }

    /// Length and bytes, one character after the other, with nothing clever.
    private static String plainEncoding(String value) {
        StringBuilder hex = new StringBuilder();
        for (char c : value.toCharArray()) {
            if (c < 0x80) {
                hex.append("%02x".formatted((int) c));
            } else if (c < 0x800) {
                hex.append("%02x%02x".formatted(0xc0 | c >> 6, 0x80 | c & 0x3f));
            } else {
                hex.append("%02x%02x%02x".formatted(0xe0 | c >> 12, 0x80 | c >> 6 & 0x3f, 0x80 | c & 0x3f));
            }
        }
        return "%08x".formatted(hex.length() / 2) + hex;
    }
}
