// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.cli;

import io.zabra.client.ZabraException;

/// A command that failed: the message for the user and the exit code.
final class ShellFailure extends Exception {

    static final int ERROR = 1;
    static final int NOT_FOUND = 127;

    private static final long serialVersionUID = 1L;

    private final int exitCode;

    ShellFailure(String message) {
        this(message, ERROR);
    }

    ShellFailure(String message, int exitCode) {
        super(message, null, false, false);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }

    /// The failure of a request, in zkCli's words.
    static ShellFailure of(ZabraException e) {
        String path = String.valueOf(e.path());
        return new ShellFailure(
                switch (e.code()) {
                    case NO_NODE -> "Node does not exist: " + path;
                    case NO_CHILDREN_FOR_EPHEMERALS -> "Ephemerals cannot have children: " + path;
                    case NODE_EXISTS -> "Node already exists: " + path;
                    case NOT_EMPTY -> "Node not empty: " + path;
                    case NOT_READ_ONLY -> "Not a read-only call: " + path;
                    case INVALID_ACL -> "Acl is not valid : " + path;
                    case NO_AUTH -> "Insufficient permission : " + path;
                    case BAD_ARGUMENTS -> badArguments(e);
                    case BAD_VERSION -> "version No is not valid : " + path;
                    case QUOTA_EXCEEDED -> "Quota has exceeded : " + path;
                    case RECONFIG_IN_PROGRESS ->
                        "Another reconfiguration is in progress -- concurrent reconfigs not supported (yet)";
                    case NEW_CONFIG_NO_QUORUM ->
                        "No quorum of new config is connected and up-to-date with the leader of last commmitted config"
                                + " - try invoking reconfiguration after new servers are connected and synced";
                    default -> String.valueOf(e.getMessage());
                });
    }

    private static String badArguments(ZabraException e) {
        return e instanceof ZabraException.RequestTooLong
                ? String.valueOf(e.getMessage())
                : "Arguments are not valid : " + e.path();
    }
}
