// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.cli.ensemble;

/// How a member is, as seen from outside.
sealed interface MemberState {

    /// Its process runs, and has not answered yet.
    record Starting() implements MemberState {}

    /// It does not answer any more; its process runs, or it was started again by other means.
    record Silent() implements MemberState {}

    /// It answers, but serves no clients: it has no leader.
    record Looking() implements MemberState {}

    /// It serves.
    ///
    /// @param role `leader`, `follower`, or what else the server says
    /// @param zxid of what it applied last, with `0x`
    /// @param connections of clients, without that of the question
    record Serving(String role, String zxid, int connections) implements MemberState {}

    /// Its process is gone, and nobody answers on its port.
    record Ended(int exitCode) implements MemberState {}

    /// What a member has answered to the word `srvr`.
    static MemberState ofAnswer(String answer) {
        String role = "";
        String zxid = "";
        int connections = 0;
        for (String line : answer.lines().toList()) {
            int colon = line.indexOf(": ");
            String value = colon < 0 ? "" : line.substring(colon + 2).strip();
            switch (colon < 0 ? "" : line.substring(0, colon)) {
                case "Mode" -> role = value;
                case "Zxid" -> zxid = value;
                case "Connections" -> connections = number(value);
                default -> {}
            }
        }
        if (!role.isEmpty()) {
            return new Serving(role, zxid, Math.max(0, connections - 1));
        }
        return answer.isBlank() ? new Silent() : new Looking();
    }

    /// One or two words for it, which change when a user would call it a change.
    default String summary() {
        return switch (this) {
            case Starting() -> "starting";
            case Silent() -> "no answer";
            case Looking() -> "looking for a leader";
            case Serving serving -> serving.role();
            case Ended _ -> "ended";
        };
    }

    /// All of it in one line.
    default String line() {
        return switch (this) {
            case Starting(), Silent(), Looking() -> summary();
            case Serving(String role, String zxid, int connections) ->
                String.format(
                        "%-9s %-14s %d %s", role, zxid, connections, connections == 1 ? "connection" : "connections");
            case Ended(int exitCode) -> "ended with exit code " + exitCode;
        };
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException notOne) {
            return 0;
        }
    }
}
