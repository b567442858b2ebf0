// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.cli.ensemble;

import static org.assertj.core.api.Assertions.assertThat;

import io.zabra.cli.ensemble.MemberState.Looking;
import io.zabra.cli.ensemble.MemberState.Serving;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class BoardTest {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    @Test
    void withoutATerminalOnlyChangesOfRoleAreLines() {
        Board board = new Board(out, false);
        show(board, new Looking(), new Looking());
        show(board, new Looking(), new Looking());
        show(board, new Looking(), new Serving("leader", "0x1", 0));
        board.say("something");
        show(board, new Looking(), new Serving("leader", "0x2", 5));
        assertThat(written().replaceAll("(?m)^[0-9:]{8} ", "")).isEqualTo("""
            member 1: looking for a leader
            member 2: looking for a leader
            member 2: leader    0x1            0 connections
            something
            """);
    }

    @Test
    void onATerminalTheLinesAreDrawnOverEachOther() {
        Board board = new Board(out, true);
        show(board, new Looking(), new Looking());
        show(board, new Looking(), new Looking());
        show(board, new Looking(), new Serving("leader", "0x2", 1));
        assertThat(written()).isEqualTo("""
              member 1  looking for a leader
              member 2  looking for a leader
            \033[2A\r\033[J  member 1  looking for a leader
              member 2  leader    0x2            1 connection
            """);
        bytes.reset();
        board.say("something");
        show(board, new Looking(), new Looking());
        assertThat(written()).startsWith("\033[2A\r\033[J").endsWith("""
             something
              member 1  looking for a leader
              member 2  looking for a leader
            """);
    }

    private static void show(Board board, MemberState first, MemberState second) {
        var states = new TreeMap<Integer, MemberState>();
        states.put(1, first);
        states.put(2, second);
        board.show(states);
    }

    private String written() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
