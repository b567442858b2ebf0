// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.interop.diff;

import io.zabra.interop.raw.Handshake.Dialect;
import java.util.List;
import java.util.stream.Collectors;

/// One step of a plan, done by the client in one of a few slots. A step that makes no sense at its time does nothing.
sealed interface Step {

    int slot();

    String describe();

    /// Which password a handshake sends.
    enum Password {
        ZEROS,
        NONE,
        EMPTY,
        RIGHT,
        WRONG
    }

    /// Which zxid a handshake claims to have seen.
    enum Seen {
        NOTHING,
        BASE,
        FUTURE
    }

    /// Connects for a new session; an earlier session of the slot is given up.
    record Open(int slot, int timeoutMs, Dialect dialect, Password password, Seen seen) implements Step {
        @Override
        public String describe() {
            return "open timeout=%d %s password=%s seen=%s".formatted(timeoutMs, dialect, password, seen);
        }
    }

    /// Drops the connection and keeps the session.
    record Drop(int slot) implements Step {
        @Override
        public String describe() {
            return "drop";
        }
    }

    /// Connects again for the session of the slot, with the old connection still open or not.
    record Resume(int slot, int timeoutMs, Dialect dialect, Password password) implements Step {
        @Override
        public String describe() {
            return "resume timeout=%d %s password=%s".formatted(timeoutMs, dialect, password);
        }
    }

    /// Sends requests in one write, and takes their replies.
    record Send(int slot, List<Call> calls) implements Step {
        @Override
        public String describe() {
            return calls.stream().map(Call::describe).collect(Collectors.joining("\n           then "));
        }
    }

    /// Sends bytes that are no request, on a connection that the server must then close.
    record Broken(int slot, byte[] bytes, String text) implements Step {
        @Override
        public String describe() {
            return "broken " + text;
        }
    }
}
