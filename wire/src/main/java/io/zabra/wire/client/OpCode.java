// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.wire.client;

import org.jspecify.annotations.Nullable;

/// What a request asks for. The numbers are those of the protocol; transactions use them as their types too.
public enum OpCode {
    NOTIFICATION(0),
    CREATE(1),
    DELETE(2),
    EXISTS(3),
    GET_DATA(4),
    SET_DATA(5),
    GET_ACL(6),
    SET_ACL(7),
    GET_CHILDREN(8),
    SYNC(9),
    PING(11),
    GET_CHILDREN2(12),
    CHECK(13),
    MULTI(14),
    CREATE2(15),
    RECONFIG(16),
    CHECK_WATCHES(17),
    REMOVE_WATCHES(18),
    CREATE_CONTAINER(19),
    DELETE_CONTAINER(20),
    CREATE_TTL(21),
    MULTI_READ(22),
    AUTH(100),
    SET_WATCHES(101),
    SASL(102),
    GET_EPHEMERALS(103),
    GET_ALL_CHILDREN_NUMBER(104),
    SET_WATCHES2(105),
    ADD_WATCH(106),
    WHO_AM_I(107),
    CREATE_SESSION(-10),
    CLOSE_SESSION(-11),
    /// Marks failed transactions and failed results of a multi; never a request.
    ERROR(-1);

    private static final int MIN = -11;
    private static final int MAX = 107;
    private static final @Nullable OpCode[] BY_NUMBER = new @Nullable OpCode[MAX - MIN + 1];

    static {
        for (OpCode op : values()) {
            BY_NUMBER[op.number - MIN] = op;
        }
    }

    private final int number;

    OpCode(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    /// The opcode with this number, or null if there is none.
    public static @Nullable OpCode of(int number) {
        return number < MIN || number > MAX ? null : BY_NUMBER[number - MIN];
    }

    /// Whether clients change something with it: it takes its place in the order of transactions.
    public boolean isWrite() {
        return switch (this) {
            case CREATE, CREATE2, CREATE_CONTAINER, CREATE_TTL, DELETE, SET_DATA, SET_ACL, MULTI, RECONFIG -> true;
            case NOTIFICATION,
                    EXISTS,
                    GET_DATA,
                    GET_ACL,
                    GET_CHILDREN,
                    SYNC,
                    PING,
                    GET_CHILDREN2,
                    CHECK,
                    CHECK_WATCHES,
                    REMOVE_WATCHES,
                    DELETE_CONTAINER,
                    MULTI_READ,
                    AUTH,
                    SET_WATCHES,
                    SASL,
                    GET_EPHEMERALS,
                    GET_ALL_CHILDREN_NUMBER,
                    SET_WATCHES2,
                    ADD_WATCH,
                    WHO_AM_I,
                    CREATE_SESSION,
                    CLOSE_SESSION,
                    ERROR -> false;
        };
    }
}
