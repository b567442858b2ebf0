// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.history;

import io.zabra.wire.WireReader;
import io.zabra.wire.WireRecord;
import io.zabra.wire.WireWriter;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.client.Request;
import io.zabra.wire.client.Response;
import io.zabra.wire.client.WatcherEvent;
import io.zabra.wire.txn.LoggedTxn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A history as text: one line for each entry, then one for each transaction.
///
/// Records of the wire are in hexadecimal, numbers of sessions and zxids too; what follows a bar is for people, and is
/// not read back.
public final class HistoryText {

    private static final String FOR_PEOPLE = " | ";
    private static final String NOTHING = "-";
    private static final int HEX = 16;

    private HistoryText() {}

    public static String write(Entry entry) {
        int at = entry.connection();
        return switch (entry) {
            case Entry.Opened e ->
                line("open", at, hex(e.session()), hex(e.seen()), e.timeoutMs(), e.readOnly() ? "ro" : "rw");
            case Entry.Asked e ->
                line("ask", at, e.xid(), e.atMs(), e.request().op(), hex(e.request())) + FOR_PEOPLE + e.request();
            case Entry.Answered e -> {
                String body = e.body() == null ? NOTHING : hex(e.body());
                yield line("answer", at, e.xid(), hex(e.zxid()), e.error(), body) + FOR_PEOPLE + e.body();
            }
            case Entry.Told e -> line("told", at, hex(e.zxid()), hex(e.event())) + FOR_PEOPLE + e.event();
            case Entry.Closed _ -> line("close", at);
        };
    }

    public static String write(LoggedTxn txn) {
        return line("txn", hex(txn)) + FOR_PEOPLE + txn;
    }

    /// Reads lines; throws `IllegalArgumentException` at one that is none of a history.
    public static History read(Iterable<String> lines) {
        List<Entry> entries = new ArrayList<>();
        List<LoggedTxn> committed = new ArrayList<>();
        Map<Asked, OpCode> asked = new HashMap<>();
        for (String line : lines) {
            int bar = line.indexOf(FOR_PEOPLE);
            String[] words = (bar < 0 ? line : line.substring(0, bar)).split(" ", -1);
            if (words[0].equals("txn")) {
                committed.add(LoggedTxn.read(bytes(word(words, 1))));
            } else {
                Entry entry = entry(words, asked);
                if (entry instanceof Entry.Asked(int connection, int xid, Request request, long _)) {
                    asked.put(new Asked(connection, xid), request.op());
                }
                entries.add(entry);
            }
        }
        return new History(entries, committed);
    }

    private record Asked(int connection, int xid) {}

    private static Entry entry(String[] words, Map<Asked, OpCode> asked) {
        int at = Integer.parseInt(word(words, 1));
        return switch (words[0]) {
            case "open" ->
                new Entry.Opened(
                        at,
                        number(word(words, 2)),
                        number(word(words, 3)),
                        Integer.parseInt(word(words, 4)),
                        word(words, 5).equals("ro"));
            case "ask" -> {
                OpCode op = OpCode.valueOf(word(words, 4));
                Request request = Request.read(op, new WireReader(bytes(word(words, 5))));
                yield new Entry.Asked(at, Integer.parseInt(word(words, 2)), request, Long.parseLong(word(words, 3)));
            }
            case "answer" -> {
                int xid = Integer.parseInt(word(words, 2));
                Response body = body(asked.get(new Asked(at, xid)), word(words, 5));
                yield new Entry.Answered(at, xid, number(word(words, 3)), Integer.parseInt(word(words, 4)), body);
            }
            case "told" ->
                new Entry.Told(at, number(word(words, 2)), WatcherEvent.read(new WireReader(bytes(word(words, 3)))));
            case "close" -> new Entry.Closed(at);
            default -> throw new IllegalArgumentException("no line of a history: " + words[0]);
        };
    }

    private static @Nullable Response body(@Nullable OpCode op, String word) {
        if (word.equals(NOTHING)) {
            return null;
        }
        if (op == null) {
            throw new IllegalArgumentException("an answer to what nobody asked");
        }
        return Response.read(op, new WireReader(bytes(word)));
    }

    private static String word(String[] words, int at) {
        if (at >= words.length) {
            throw new IllegalArgumentException("a line of " + words[0] + " ends too early");
        }
        return words[at];
    }

    private static String line(Object... words) {
        List<String> texts = new ArrayList<>();
        for (Object word : words) {
            texts.add(word.toString());
        }
        return String.join(" ", texts);
    }

    private static String hex(long number) {
        return Long.toHexString(number);
    }

    private static String hex(WireRecord record) {
        WireWriter out = new WireWriter();
        record.write(out);
        return out.toByteArray().length == 0 ? NOTHING : HexFormat.of().formatHex(out.toByteArray());
    }

    private static byte[] bytes(String word) {
        return word.equals(NOTHING) ? new byte[0] : HexFormat.of().parseHex(word);
    }

    private static long number(String word) {
        return Long.parseUnsignedLong(word, HEX);
    }
}
