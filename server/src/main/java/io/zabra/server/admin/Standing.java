// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.admin;

/// What a server is at a moment, by itself or in its ensemble.
public sealed interface Standing {

    /// It is no member of an ensemble.
    record Alone() implements Standing {}

    /// It is a member, but answers no clients: it looks for a leader, or is not up to date yet.
    record NotServing() implements Standing {}

    /// It is a member that knows no leader, and serves clients that want to read only.
    record ReadOnly() implements Standing {}

    /// It leads.
    ///
    /// @param voters servers that vote
    /// @param learners the servers that are connected to it
    /// @param uptimeMs time since it became the leader
    /// @param proposals sizes of what it proposed
    record Leading(int voters, Learners learners, long uptimeMs, ProposalSizes proposals) implements Standing {}

    /// It follows a leader, and votes.
    ///
    /// @param voters servers that vote
    /// @param observers those that learn from it; negative if it serves none
    record Following(int voters, int observers) implements Standing {}

    /// It follows a leader, and does not vote.
    ///
    /// @param voters servers that vote
    /// @param master the id of the server that it learns from
    record Observing(int voters, long master) implements Standing {}

    /// The servers that are connected to a leader.
    ///
    /// @param connected all of them, up to date or not
    /// @param followers those that are up to date and no observers
    /// @param withoutVote those of them that the list of the members does not have
    /// @param observers others that are up to date
    /// @param pendingSyncs requests `sync` that wait for what was proposed before them
    record Learners(int connected, int followers, int withoutVote, int observers, int pendingSyncs) {}

    /// Bytes of proposals, -1 while there was none.
    record ProposalSizes(long last, long min, long max) {}

    /// The word that `srvr` and `mntr` have for it.
    default String mode() {
        return switch (this) {
            case Alone() -> "standalone";
            case NotServing() -> "";
            case ReadOnly() -> "read-only";
            case Leading _ -> "leader";
            case Following _ -> "follower";
            case Observing _ -> "observer";
        };
    }
}
