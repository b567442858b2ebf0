// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.node;

import io.zabra.core.effect.Step;
import io.zabra.core.effect.Traffic;
import io.zabra.core.request.Caller;
import io.zabra.core.request.Prepared;
import io.zabra.core.request.Prepared.Accepted;
import io.zabra.core.request.Prepared.Rejected;
import io.zabra.core.request.Preparer;
import io.zabra.core.request.Stamp;
import io.zabra.core.session.Client;
import io.zabra.core.session.Session;
import io.zabra.core.session.Tag;
import io.zabra.core.zab.Leader;
import io.zabra.core.zab.Proposal;
import io.zabra.wire.client.DeleteContainerRequest;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.client.Request;
import io.zabra.wire.data.ErrorCode;
import io.zabra.wire.txn.CreateSessionTxn;
import io.zabra.wire.txn.ErrorTxn;
import io.zabra.wire.txn.LoggedTxn;
import io.zabra.wire.txn.Txn;
import io.zabra.wire.txn.TxnDigest;
import io.zabra.wire.txn.TxnHeader;
import org.jspecify.annotations.Nullable;

/// The way of a write from request to proposal. Each proposal of a client waits in the client's queue for its turn.
final class Writes {

    private static final Tag SESSION_TAG = new Tag(0, OpCode.CREATE_SESSION, 0, 0);

    private final NodeState state;
    private final Leader leader;
    private final Preparer preparer;
    private final SnapshotSchedule snapshots;
    private final Traffic traffic;

    Writes(NodeState state, Leader leader, Preparer preparer, SnapshotSchedule snapshots, Traffic traffic) {
        this.state = state;
        this.leader = leader;
        this.preparer = preparer;
        this.snapshots = snapshots;
        this.traffic = traffic;
    }

    /// Prepares and proposes a request of `client`. A request that is refused is proposed as the error it gets.
    void submit(Client client, Tag tag, Request request, Step step) {
        Stamp stamp = leader.next(step.now());
        Session session = client.session();
        boolean alive = session != null && !session.closing();
        Prepared prepared =
                preparer.prepare(request, new Caller(client.sessionId(), alive, client.credentials()), stamp);
        traffic.prepared(request, prepared);
        propose(prepared, stamp, client, new Proposal.Origin(client, tag), step);
    }

    /// Proposes the failure of a request that could not even be decoded.
    void fail(Client client, Tag tag, ErrorCode code, Step step) {
        Stamp stamp = leader.next(step.now());
        propose(new Rejected(code), stamp, client, new Proposal.Origin(client, tag), step);
    }

    void createSession(Client client, Session session, Step step) {
        Stamp stamp = leader.next(step.now());
        Accepted accepted = new Accepted(OpCode.CREATE_SESSION.number(), new CreateSessionTxn(session.timeoutMs()));
        propose(accepted, stamp, client, new Proposal.Origin(client, SESSION_TAG), step);
    }

    /// Ends the session of `client` at its own wish.
    void closeSession(Client client, Session session, Tag tag, Step step) {
        session.beginClosing();
        Stamp stamp = leader.next(step.now());
        Accepted accepted = preparer.closeSession(session.id(), stamp);
        propose(accepted, stamp, client, new Proposal.Origin(client, tag), step);
    }

    /// Ends a session whose time is over.
    void expire(Session session, Step step) {
        session.beginClosing();
        Stamp stamp = leader.next(step.now());
        Accepted accepted = preparer.closeSession(session.id(), stamp);
        propose(accepted, stamp, new Author(session.id(), 0, null), step);
    }

    /// Removes a container or an expired znode, unless it has come to life again.
    void sweep(String path, Step step) {
        Stamp stamp = leader.next(step.now());
        Prepared prepared = preparer.prepare(new DeleteContainerRequest(path), Caller.SERVER, stamp);
        propose(prepared, stamp, Author.SERVER, step);
    }

    private void propose(Prepared prepared, Stamp stamp, Client client, Proposal.Origin origin, Step step) {
        state.enqueue(client, new Client.Waiting(stamp.zxid(), origin.tag(), null, 0, client.credentials()));
        propose(prepared, stamp, new Author(client.sessionId(), origin.tag().xid(), origin), step);
    }

    private void propose(Prepared prepared, Stamp stamp, Author author, Step step) {
        LoggedTxn logged = switch (prepared) {
            case Accepted(int type, Txn txn) ->
                new LoggedTxn(
                        new TxnHeader(author.sessionId(), author.xid(), stamp.zxid(), stamp.timeMs(), type),
                        txn,
                        digest());
            case Rejected(ErrorCode code) ->
                new LoggedTxn(
                        new TxnHeader(
                                author.sessionId(), author.xid(), stamp.zxid(), stamp.timeMs(), OpCode.ERROR.number()),
                        new ErrorTxn(code.number()),
                        null);
        };
        int bytes = leader.propose(new Proposal(logged, author.origin()), step.out());
        snapshots.logged(bytes);
    }

    /// Whose transaction it is: the session and its request, or the server itself.
    private record Author(long sessionId, int xid, Proposal.@Nullable Origin origin) {

        static final Author SERVER = new Author(0, 0, null);
    }

    private @Nullable TxnDigest digest() {
        return state.config().tree().digest() ? new TxnDigest(TxnDigest.VERSION, preparer.digest()) : null;
    }
}
