// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.node;

import io.zabra.core.effect.Step;
import io.zabra.core.log.Proposal;
import io.zabra.core.session.Client;
import io.zabra.core.session.Session;
import io.zabra.core.session.Tag;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.client.Request;
import io.zabra.wire.data.ErrorCode;
import io.zabra.wire.data.Id;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How the writes of clients get into the order of transactions: this server orders them itself, or its leader does.
///
/// Whatever is given to it waits in the queue of its client until its transaction is applied.
sealed interface WritePath permits Writes, ForwardedWrites, ReadOnly {

    /// What the making of a session is known by.
    Tag SESSION_TAG = new Tag(0, OpCode.CREATE_SESSION, 0, 0);

    /// Whether a client may take up a session.
    enum Claim {
        VALID,
        INVALID,
        /// The leader is asked.
        ASKED,
        /// Nobody here can tell.
        UNKNOWN
    }

    /// Who decides what is committed.
    enum Authority {
        /// This server alone, so that its tree is never behind.
        SELF,
        /// The leader of an ensemble, which may be this server.
        LEADER,
        /// There is no leader.
        NOBODY
    }

    /// A request that is refused takes its place in the order too, as the error that it gets.
    ///
    /// @param credentials who the client had proved to be when it asked
    void submit(Client client, Tag tag, Request request, List<Id> credentials, Step step);

    /// The failure of a request that could not even be decoded.
    void fail(Client client, Tag tag, ErrorCode code, Step step);

    void createSession(Client client, Session session, Step step);

    /// Makes a local session known to all.
    void upgrade(Session session, Step step);

    /// Ends the session of `client` at its own wish.
    void closeSession(Client client, Session session, Tag tag, Step step);

    /// A client wants to go on with a session whose password it knows.
    Claim claim(long sessionId, int timeoutMs);

    Authority authority();

    /// Asks the leader up to where all that it has acknowledged goes: [io.zabra.core.zab.Replica#synced] tells.
    ///
    /// Only where there is one.
    ///
    /// @param client one of those who want to know
    void ask(Client client, Tag tag);

    /// Who asked for a transaction that is applied now; null if nobody here did.
    Proposal.@Nullable Origin originOf(Proposal proposal);

    /// Learns that a transaction is applied.
    void applied(Proposal proposal);

    /// How many bytes the requests have that are under way.
    long outstandingBytes();
}
