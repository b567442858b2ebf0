// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.node;

import io.zabra.core.base.Invariant;
import io.zabra.core.effect.Step;
import io.zabra.core.effect.Traffic;
import io.zabra.core.log.Proposal;
import io.zabra.core.log.Proposals;
import io.zabra.core.request.Caller;
import io.zabra.core.request.MemberChanges;
import io.zabra.core.request.Prepared;
import io.zabra.core.request.Prepared.Accepted;
import io.zabra.core.request.Prepared.Rejected;
import io.zabra.core.request.Preparer;
import io.zabra.core.request.Stamp;
import io.zabra.core.session.Client;
import io.zabra.core.session.Session;
import io.zabra.core.session.SessionIds;
import io.zabra.core.session.Tag;
import io.zabra.core.zab.Leader;
import io.zabra.wire.MalformedPacketException;
import io.zabra.wire.WireReader;
import io.zabra.wire.client.DeleteContainerRequest;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.client.Request;
import io.zabra.wire.data.ErrorCode;
import io.zabra.wire.data.Id;
import io.zabra.wire.quorum.QuorumPacket;
import io.zabra.wire.txn.CreateSessionTxn;
import io.zabra.wire.txn.ErrorTxn;
import io.zabra.wire.txn.LoggedTxn;
import io.zabra.wire.txn.Txn;
import io.zabra.wire.txn.TxnDigest;
import io.zabra.wire.txn.TxnHeader;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The writes of a server that orders them itself: from request to proposal.
final class Writes implements WritePath {

    private final NodeState state;
    private final Proposals proposals;
    private final long before;
    private final @Nullable Leader leader;
    private final Preparer preparer;
    private final Traffic traffic;
    /// How many bytes the requests had that come from learners or from nobody, and are not applied; oldest first.
    private final ArrayDeque<Integer> othersBytes = new ArrayDeque<>();

    private long othersBytesSum;

    /// @param leader of an ensemble; null for a server that stands alone
    Writes(NodeState state, Proposals proposals, @Nullable Leader leader, Traffic traffic) {
        this.state = state;
        this.proposals = proposals;
        this.before = proposals.lastProposed();
        this.leader = leader;
        MemberChanges changes = leader == null ? null : leader.succession();
        this.preparer = new Preparer(state.config(), state.tree(), state.access(), changes);
        this.traffic = traffic;
    }

    /// Whether a transaction was prepared here, and not by another server in an earlier epoch.
    boolean hasPrepared(long zxid) {
        return zxid > before;
    }

    /// Prepares and proposes a request of `client`. A request that is refused is proposed as the error it gets.
    @Override
    public void submit(Client client, Tag tag, Request request, List<Id> credentials, Step step) {
        Stamp stamp = proposals.next(step.now());
        Session session = client.session();
        boolean alive = session != null && !session.closing();
        Prepared prepared = session != null && alive && !session.comesBy(Session.HERE)
                ? new Rejected(ErrorCode.SESSION_MOVED)
                : preparer.prepare(request, caller(session, alive, credentials), stamp);
        traffic.prepared(request, prepared);
        state.enqueue(client, new Client.Waiting(stamp.zxid(), tag, request, 0, credentials));
        propose(prepared, stamp, client, new Proposal.Origin(client, tag), step);
    }

    private static Caller caller(@Nullable Session session, boolean alive, List<Id> credentials) {
        boolean local = session != null && session.isLocal();
        return new Caller(session == null ? 0 : session.id(), alive, local, credentials);
    }

    /// Proposes the failure of a request that could not even be decoded.
    @Override
    public void fail(Client client, Tag tag, ErrorCode code, Step step) {
        Stamp stamp = proposals.next(step.now());
        enqueue(client, tag, stamp, code.number());
        propose(new Rejected(code), stamp, client, new Proposal.Origin(client, tag), step);
    }

    @Override
    public void createSession(Client client, Session session, Step step) {
        Stamp stamp = proposals.next(step.now());
        session.own(Session.HERE);
        Accepted accepted = new Accepted(OpCode.CREATE_SESSION.number(), new CreateSessionTxn(session.timeoutMs()));
        enqueue(client, SESSION_TAG, stamp, 0);
        propose(accepted, stamp, client, new Proposal.Origin(client, SESSION_TAG), step);
    }

    @Override
    public void upgrade(Session session, Step step) {
        Stamp stamp = proposals.next(step.now());
        state.sessions().upgrade(session);
        session.own(Session.HERE);
        Accepted accepted = new Accepted(OpCode.CREATE_SESSION.number(), new CreateSessionTxn(session.timeoutMs()));
        propose(accepted, stamp, new Author(session.id(), SESSION_TAG.xid(), null, 0), step);
    }

    /// Ends the session of `client` at its own wish.
    @Override
    public void closeSession(Client client, Session session, Tag tag, Step step) {
        session.beginClosing();
        Stamp stamp = proposals.next(step.now());
        Accepted accepted = preparer.closeSession(session.id(), stamp);
        enqueue(client, tag, stamp, 0);
        propose(accepted, stamp, client, new Proposal.Origin(client, tag), step);
    }

    /// Ends a session whose time is over.
    void expire(Session session, Step step) {
        session.beginClosing();
        Stamp stamp = proposals.next(step.now());
        Accepted accepted = preparer.closeSession(session.id(), stamp);
        propose(accepted, stamp, new Author(session.id(), 0, null, 0), step);
    }

    /// Removes a container or an expired znode, unless it has come to life again.
    void sweep(String path, Step step) {
        Stamp stamp = proposals.next(step.now());
        Prepared prepared = preparer.prepare(new DeleteContainerRequest(path), Caller.SERVER, stamp);
        propose(prepared, stamp, Author.SERVER, step);
    }

    private void enqueue(Client client, Tag tag, Stamp stamp, int error) {
        state.enqueue(client, new Client.Waiting(stamp.zxid(), tag, null, error, client.credentials()));
    }

    private void propose(Prepared prepared, Stamp stamp, Client client, Proposal.Origin origin, Step step) {
        propose(prepared, stamp, new Author(client.sessionId(), origin.tag().xid(), origin, 0), step);
    }

    private void propose(Prepared prepared, Stamp stamp, Author author, Step step) {
        if (author.origin() == null) {
            othersBytes.add(author.bytes());
            othersBytesSum += author.bytes();
        }
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
        if (leader != null && logged.header().type() == OpCode.RECONFIG.number()) {
            leader.succession().begin(logged);
        }
        proposals.propose(new Proposal(logged, author.origin()), step.out());
    }

    /// Prepares and proposes what the client of a learner asks for.
    ///
    /// @param from the learner's id
    void forwarded(long from, QuorumPacket.Forward asked, Step step) {
        Author author = new Author(asked.sessionId(), asked.cxid(), null, asked.body().length);
        Stamp stamp = proposals.next(step.now());
        propose(prepare(from, asked, stamp), stamp, author, step);
    }

    private Prepared prepare(long from, QuorumPacket.Forward asked, Stamp stamp) {
        OpCode op = OpCode.of(asked.op());
        if (op == OpCode.CREATE_SESSION) {
            return createSession(from, asked);
        }
        if (op == null || !op.isWrite() && op != OpCode.CLOSE_SESSION) {
            return new Rejected(ErrorCode.UNIMPLEMENTED);
        }
        Session session = state.sessions().find(asked.sessionId());
        boolean local = session == null && isLocalElsewhere(asked.sessionId()) && op != OpCode.CLOSE_SESSION;
        if (session == null && !local || session != null && session.closing()) {
            return new Rejected(ErrorCode.SESSION_EXPIRED);
        }
        if (session != null && (session.isLocal() || !session.comesBy(from))) {
            return new Rejected(ErrorCode.SESSION_MOVED);
        }
        if (session != null && op == OpCode.CLOSE_SESSION) {
            session.beginClosing();
            return preparer.closeSession(session.id(), stamp);
        }
        try {
            Request request = Request.read(op, new WireReader(asked.body()));
            Prepared prepared =
                    preparer.prepare(request, new Caller(asked.sessionId(), true, local, asked.authInfo()), stamp);
            traffic.prepared(request, prepared);
            return prepared;
        } catch (MalformedPacketException _) {
            return new Rejected(Requests.codeOfAbsentPath(op));
        }
    }

    private Prepared createSession(long from, QuorumPacket.Forward asked) {
        int timeoutMs;
        try {
            timeoutMs = new WireReader(asked.body()).int32();
        } catch (MalformedPacketException _) {
            return new Rejected(ErrorCode.MARSHALLING_ERROR);
        }
        state.sessions().track(asked.sessionId(), timeoutMs).own(from);
        return new Accepted(OpCode.CREATE_SESSION.number(), new CreateSessionTxn(timeoutMs));
    }

    /// Whether a session that is not known here may be one that only another server knows. Its id tells where it began.
    /// A request of one that everybody knew may come late, when that has ended.
    private boolean isLocalElsewhere(long sessionId) {
        return state.config().sessions().local()
                && SessionIds.server(sessionId) != state.config().serverId()
                && !state.sessions().hasEnded(sessionId);
    }

    @Override
    public Claim claim(long sessionId, int timeoutMs) {
        if (take(sessionId)) {
            return Claim.VALID;
        }
        if (leader == null) {
            return Claim.INVALID;
        }
        leader.deny(sessionId, timeoutMs);
        return Claim.ASKED;
    }

    /// Takes a session over for a client that is connected here, if it lives.
    boolean take(long sessionId) {
        Session session = state.sessions().find(sessionId);
        if (session == null || session.closing()) {
            return false;
        }
        session.own(Session.HERE);
        return true;
    }

    @Override
    public Authority authority() {
        return leader == null ? Authority.SELF : Authority.LEADER;
    }

    @Override
    public void ask(Client client, Tag tag) {
        Invariant.present(leader).sync();
    }

    @Override
    public Proposal.@Nullable Origin originOf(Proposal proposal) {
        return proposal.origin();
    }

    @Override
    public void applied(Proposal proposal) {
        preparer.applied(proposal.zxid());
        proposals.applied(proposal);
        if (proposal.origin() == null) {
            othersBytesSum -= othersBytes.remove();
        }
    }

    @Override
    public long outstandingBytes() {
        return proposals.outstandingBytes() + othersBytesSum;
    }

    /// Whose transaction it is: the session and its request, or the server itself.
    ///
    /// @param bytes of the request of a learner's client
    private record Author(long sessionId, int xid, Proposal.@Nullable Origin origin, int bytes) {

        static final Author SERVER = new Author(0, 0, null, 0);
    }

    private @Nullable TxnDigest digest() {
        return state.config().tree().digest() ? new TxnDigest(TxnDigest.VERSION, preparer.digest()) : null;
    }
}
