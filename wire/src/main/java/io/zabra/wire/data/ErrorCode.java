// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.data;

import org.jspecify.annotations.Nullable;

/// What can go wrong with a request; the numbers are those of Apache's `KeeperException.Code`.
public enum ErrorCode {
    OK(0),
    SYSTEM_ERROR(-1),
    /// Also stands for "not tried" in the results of a multi that failed.
    RUNTIME_INCONSISTENCY(-2),
    DATA_INCONSISTENCY(-3),
    /// Made by clients, never sent.
    CONNECTION_LOSS(-4),
    MARSHALLING_ERROR(-5),
    UNIMPLEMENTED(-6),
    /// Made by clients, never sent.
    OPERATION_TIMEOUT(-7),
    BAD_ARGUMENTS(-8),
    UNKNOWN_SESSION(-12),
    NEW_CONFIG_NO_QUORUM(-13),
    RECONFIG_IN_PROGRESS(-14),
    /// Divides system errors from those of the API; not an error itself.
    API_ERROR(-100),
    NO_NODE(-101),
    NO_AUTH(-102),
    BAD_VERSION(-103),
    NO_CHILDREN_FOR_EPHEMERALS(-108),
    NODE_EXISTS(-110),
    NOT_EMPTY(-111),
    SESSION_EXPIRED(-112),
    INVALID_CALLBACK(-113),
    INVALID_ACL(-114),
    AUTH_FAILED(-115),
    /// Never sent: the server closes the connection instead.
    SESSION_MOVED(-118),
    NOT_READ_ONLY(-119),
    EPHEMERAL_ON_LOCAL_SESSION(-120),
    NO_WATCHER(-121),
    /// Made by clients, never sent.
    REQUEST_TIMEOUT(-122),
    RECONFIG_DISABLED(-123),
    SESSION_CLOSED_REQUIRE_SASL_AUTH(-124),
    QUOTA_EXCEEDED(-125),
    THROTTLED_OP(-127);

    private static final @Nullable ErrorCode[] BY_NEGATED_NUMBER = new @Nullable ErrorCode[128];

    static {
        for (ErrorCode code : values()) {
            BY_NEGATED_NUMBER[-code.number] = code;
        }
    }

    private final int number;

    ErrorCode(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    /// The code with this number, or null if there is none.
    public static @Nullable ErrorCode of(int number) {
        return number > 0 || number <= -BY_NEGATED_NUMBER.length ? null : BY_NEGATED_NUMBER[-number];
    }
}
