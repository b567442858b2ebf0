// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.history;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What one request did to one znode, or saw of it, and when: for [Linearizability].
///
/// @param from entry of the history before which it did not happen
/// @param to entry behind which it did not happen; [#NEVER] if it was never answered, and so may not have happened
/// @param wanted version that the znode must have; negative if any will do
/// @param told what was answered
/// @param value the data that is written or seen
/// @param version the version afterwards, or the one that is seen; negative if it was not told
record Operation(Kind kind, int from, int to, int wanted, Told told, String value, int version) {

    enum Kind {
        CREATE,
        SET,
        DELETE,
        CHECK,
        READ
    }

    enum Told {
        DONE,
        NO_NODE,
        NODE_EXISTS,
        BAD_VERSION,
        NOTHING
    }

    /// A znode, as far as it matters here.
    record State(@Nullable String value, int version) {
        static final State ABSENT = new State(null, -1);
    }

    static final int NEVER = Integer.MAX_VALUE;
    static final Operation NOTHING = new Operation(Kind.READ, 0, NEVER, -1, Told.NOTHING, "", -1);

    boolean changes() {
        return kind != Kind.READ && kind != Kind.CHECK && (told == Told.DONE || told == Told.NOTHING);
    }

    Operation unanswered() {
        return new Operation(kind, from, NEVER, wanted, Told.NOTHING, value, -1);
    }

    /// The state after it, or null if it cannot have been answered like this.
    @Nullable
    State on(State state) {
        boolean absent = state.value == null;
        return switch (told) {
            case NO_NODE -> absent ? state : null;
            case NODE_EXISTS -> absent ? null : state;
            case BAD_VERSION -> absent || state.version == wanted ? null : state;
            case DONE, NOTHING -> done(state, absent);
        };
    }

    private @Nullable State done(State state, boolean absent) {
        boolean wrongVersion = wanted >= 0 && state.version != wanted;
        return switch (kind) {
            case CREATE -> absent ? new State(value, 0) : null;
            case SET ->
                absent || wrongVersion || otherVersion(state.version + 1) ? null : new State(value, state.version + 1);
            case DELETE -> absent || wrongVersion ? null : State.ABSENT;
            case CHECK -> absent || wrongVersion ? null : state;
            case READ -> Objects.equals(state.value, value) && !otherVersion(state.version) ? state : null;
        };
    }

    private boolean otherVersion(int is) {
        return version >= 0 && version != is;
    }
}
