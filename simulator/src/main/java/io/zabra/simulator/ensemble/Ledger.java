// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.ensemble;

import io.zabra.core.log.History;
import io.zabra.core.log.Zxid;
import io.zabra.core.node.Input;
import io.zabra.core.quorum.Membership;
import io.zabra.core.session.Session;
import io.zabra.core.zab.PeerInput;
import io.zabra.simulator.check.Model.Result;
import io.zabra.simulator.check.Oracle;
import io.zabra.simulator.check.Rule;
import io.zabra.simulator.check.Rules;
import io.zabra.simulator.check.View;
import io.zabra.simulator.check.Violation;
import io.zabra.simulator.sessions.Authors;
import io.zabra.simulator.sessions.Lifetimes;
import io.zabra.simulator.sessions.Sent;
import io.zabra.simulator.world.ByZxid;
import io.zabra.wire.client.CloseSessionRequest;
import io.zabra.wire.client.ConnectResponse;
import io.zabra.wire.client.CreateMode;
import io.zabra.wire.client.CreateRequest;
import io.zabra.wire.client.ExistsRequest;
import io.zabra.wire.client.GetAclRequest;
import io.zabra.wire.client.GetAllChildrenNumberRequest;
import io.zabra.wire.client.GetChildren2Request;
import io.zabra.wire.client.GetChildrenRequest;
import io.zabra.wire.client.GetDataRequest;
import io.zabra.wire.client.MultiReadRequest;
import io.zabra.wire.client.OpCode;
import io.zabra.wire.client.Request;
import io.zabra.wire.client.SyncRequest;
import io.zabra.wire.client.WatcherEvent;
import io.zabra.wire.data.Id;
import io.zabra.wire.quorum.QuorumPacket;
import io.zabra.wire.txn.CloseSessionTxn;
import io.zabra.wire.txn.CreateSessionTxn;
import io.zabra.wire.txn.LoggedTxn;
import io.zabra.wire.txn.SetDataTxn;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What clients may see: each member has a [View] of the transactions that it has applied, and whatever it says is held
/// against that; what was asked for, by whom and when, is known for all of them.
final class Ledger {

    private static final int NOT_READ_ONLY = -119;
    private static final int EPHEMERAL_ON_LOCAL_SESSION = -120;
    private static final int SESSION_EXPIRED = -112;
    private static final int SESSION_MOVED = -118;

    /// A transaction that a leader has made.
    ///
    /// @param own whether of what a client of its own has asked for
    private record Made(View.Entry entry, long leader, boolean own) {}

    private final Surroundings world;
    private final Rules rules;
    private final Authors authors = new Authors();
    private final Lifetimes lifetimes;
    private final ByZxid<Made> proposed = new ByZxid<>();
    /// What is committed, in its order.
    private final List<View.Entry> order = new ArrayList<>();
    /// What writes must be answered.
    private final ByZxid<Result> outcomes = new ByZxid<>();
    private final SortedMap<Long, View> views = new TreeMap<>();
    private final Map<Long, Integer> positions = new HashMap<>();
    private long completed;
    private long answers;
    private int connections;
    /// The first membership that was decided on; null as long as there is none.
    private @Nullable Membership first;

    Ledger(Surroundings world) {
        this.world = world;
        this.rules = world.rules();
        this.lifetimes = new Lifetimes(
                rules,
                () -> world.time().nowNs(),
                world.customs().clients().local(),
                world.timing().tickMs());
    }

    /// How long sessions live.
    Lifetimes lifetimes() {
        return lifetimes;
    }

    /// The last transaction that any client was told of.
    long completed() {
        return completed;
    }

    long answers() {
        return answers;
    }

    /// The number of a new connection.
    int nextConnection() {
        return ++connections;
    }

    View view(SimMember member) {
        return views.computeIfAbsent(member.sid(), _ -> {
            View view = new View(world.extendedTypes(), rules);
            showFirst(view);
            return view;
        });
    }

    /// The first leader has given the list of the files a version, which is no transaction.
    void membersConfirmed() {
        first = world.memberships().current();
        views.values().forEach(this::showFirst);
    }

    private void showFirst(View view) {
        Membership shown = first == null ? world.membership() : first;
        view.membership(shown.text().getBytes(StandardCharsets.UTF_8), shown.version());
    }

    /// A member serves clients that only read, from a tree that may be older than what it has shown before it was
    /// started: what they are told is held against that.
    void readsFrom(SimMember member) {
        if (view(member).shown() > member.node().lastApplied()) {
            views.remove(member.sid());
            positions.remove(member.sid());
            view(member);
            member.visits().forEach(Visit::enter);
            world.count("old state shown");
        }
    }

    // --- The order.

    /// A request reaches a member.
    void asks(SimMember member, Sent sent) {
        lifetimes.speaks(sent.session());
        if (member.leads()) {
            lifetimes.heard(sent.session());
        }
        if (sent.request().op().isWrite()) {
            authors.asks(sent);
        } else if (sent.request() instanceof CloseSessionRequest) {
            lifetimes.asksToEnd(sent.session());
        }
    }

    /// The request of which a leader makes a transaction; null if there is none.
    private @Nullable Sent sentAs(SimMember leader, LoggedTxn txn) {
        Input input = leader.taken();
        if (input instanceof Input.Peer(PeerInput.Received(var _, QuorumPacket.Forward request))
                && request.op() == OpCode.SET_DATA.number()
                && request.body().length == 0) {
            // It comes from an observer to which the session does not belong any more, and is to fail.
            world.count("outdated request");
            return null;
        }
        return authors.made(
                txn.header().zxid(), txn.header().clientId(), txn.header().cxid(), sent -> comes(leader, input, sent));
    }

    /// How likely a leader has made a transaction of a request, as it takes in `input`; 0 for hardly.
    private int comes(SimMember leader, @Nullable Input input, Sent sent) {
        return switch (input) {
            case Input.Submit(var _, var _, Request request) -> request == sent.request() ? 1 : 0;
            case Input.Peer(PeerInput.Received(SimPipe from, QuorumPacket.Forward request)) -> {
                long learner = from.far().owner().sid();
                boolean passedOn = world.customs().masters() != null
                        && world.member(sent.member()).roster().observes();
                OpCode op = Objects.requireNonNull(OpCode.of(request.op()));
                boolean fits =
                        (sent.member() == learner || passedOn) && sent.is(op, request.body(), request.authInfo());
                yield fits ? 1 : 0;
            }
            // It has begun to lead, and what clients of its own had asked for before is due, each by its last
            // connection.
            case null, default -> sent.member() == leader.sid() ? sent.connection() : 0;
        };
    }

    /// A leader makes a transaction.
    void proposed(SimMember leader, long zxid, byte[] entry) {
        LoggedTxn txn = LoggedTxn.read(entry);
        long session = txn.header().clientId();
        Sent sent = null;
        if (txn.txn() instanceof CreateSessionTxn(int timeoutMs)) {
            lifetimes.begins(session, timeoutMs);
        } else if (txn.txn() instanceof CloseSessionTxn) {
            lifetimes.ends(session, zxid, txn.header().cxid() != 0);
        } else {
            sent = sentAs(leader, txn);
        }
        View.Entry made = new View.Entry(
                txn,
                sent == null ? null : sent.request(),
                sent == null ? List.of() : sent.credentials(),
                leader.node().tree().lastZxid(),
                leader.now().wallMs());
        proposed.put(zxid, new Made(made, leader.sid(), sent != null && sent.member() == leader.sid()));
        if (txn.header().type() == OpCode.RECONFIG.number()
                && txn.txn() instanceof SetDataTxn(var _, byte[] list, var _)) {
            String text = new String(Objects.requireNonNull(list), StandardCharsets.UTF_8);
            world.memberships().proposes(Membership.parse(text), leader.shelf().records()::contains);
        }
    }

    /// The next transaction is committed.
    void committed(long zxid) {
        Made made = proposed.get(zxid);
        if (made == null) {
            throw new Violation(Rule.I4, Zxid.text(zxid) + " is committed, but no leader made it");
        }
        View.Entry entry = made.entry;
        long session = entry.txn().header().clientId();
        boolean local = entry.request() != null
                && !lifetimes.isOpen(session)
                && lifetimes.passesForLocal(session, made.leader, made.own);
        if (local) {
            world.count("write of a local session");
        }
        order.add(local ? entry.ofLocal() : entry);
        if (entry.txn().txn() instanceof CreateSessionTxn) {
            lifetimes.begun(session);
        } else if (entry.txn().txn() instanceof CloseSessionTxn) {
            lifetimes.ended(session, zxid);
        } else {
            rules.check(
                    Rule.C8,
                    authors.committed(zxid),
                    () -> "what session " + hex(session) + " asked for under "
                            + entry.txn().header().cxid() + " was done twice");
        }
    }

    /// A member has come to `zxid`, of which all must be committed.
    void applied(SimMember member, long zxid) {
        View view = view(member);
        advance(member, view, zxid);
        view.checkTold();
    }

    private void advance(SimMember member, View view, long zxid) {
        if (zxid <= view.shown()) {
            return;
        }
        int position = positions.getOrDefault(member.sid(), 0);
        while (position < order.size()) {
            View.Entry entry = order.get(position);
            long next = entry.txn().header().zxid();
            if (next > zxid) {
                break;
            }
            execute(view, entry, next);
            position++;
        }
        positions.put(member.sid(), position);
    }

    private void execute(View view, View.Entry entry, long zxid) {
        Result result = view.execute(entry);
        if (result != null) {
            outcomes.putIfAbsent(zxid, result);
        }
    }

    // --- Sessions.

    /// A member takes a client, or says that its session is gone.
    ///
    /// @param asked the session that the client wants to go on with; 0 for none
    void connected(SimMember member, long asked, ConnectResponse response) {
        long session = response.sessionId();
        if (session == 0) {
            lifetimes.gone(member.sid(), asked, isEnding(asked));
            return;
        }
        lifetimes.timeout(session, response.timeoutMs());
        if (asked != 0) {
            lifetimes.goesOn(member.sid(), session, member.node().history().applied());
        } else if (world.customs().clients().local() && !response.readOnly()) {
            world.count("local session");
            lifetimes.beginsLocal(member.sid(), session);
        }
    }

    /// A member says that the time of a session is over.
    void expires(SimMember member, long session) {
        Session known = member.node().sessions().find(session);
        if (known != null && known.isLocal()) {
            world.count("local session expired");
            lifetimes.expiresLocal(member.sid(), session);
        }
    }

    /// A member has ended a session that it alone knew, with its connection to the leader.
    void loses(SimMember member, long session) {
        world.count("local session lost");
        lifetimes.endsLocal(member.sid(), session);
    }

    /// Whether its end is committed in this very step.
    private boolean isEnding(long session) {
        long end = lifetimes.closing(session);
        for (SimMember each : world.members().values()) {
            if (end != 0 && each.up()) {
                History history = each.node().history();
                if (history.committed() >= end && history.contains(end)) {
                    return true;
                }
            }
        }
        return false;
    }

    // --- What servers say.

    /// A member tells a client of a change.
    void told(SimMember member, int connection, long zxid, WatcherEvent event) {
        View view = view(member);
        if (zxid == -1) {
            world.count("caught up");
        } else {
            world.count("event told");
            checkShown(member, view, zxid);
        }
        view.event(connection, zxid, event);
    }

    /// A member has taken what a client proves. Of what it has applied until then, the client is told by what it had
    /// proved before.
    void authenticated(SimMember member, int connection, List<Id> credentials) {
        View view = view(member);
        advance(member, view, member.node().history().applied());
        if (view.authenticated(connection, credentials)) {
            world.count("AUTH");
        }
    }

    private void checkShown(SimMember member, View view, long zxid) {
        rules.check(
                Rule.I17,
                world.witness().isCommitted(zxid),
                () -> member + " shows " + Zxid.text(zxid) + ", which is not committed");
        rules.check(
                Rule.C2,
                zxid >= view.shown(),
                () -> member + " shows " + Zxid.text(zxid) + " after " + Zxid.text(view.shown()));
        advance(member, view, zxid);
    }

    /// A member answers: it must be true, whether or not it arrives.
    ///
    /// @param readOnly whether it was agreed that the client only reads
    void answered(SimMember member, int connection, Sent sent, Oracle.Told told, boolean readOnly) {
        answers++;
        Request request = sent.request();
        long zxid = told.header().zxid();
        int error = told.header().error();
        View view = view(member);
        if (readOnly && error == NOT_READ_ONLY) {
            world.count("not for readers");
        } else if (request.op().isWrite()) {
            rules.check(Rule.C10, !readOnly, () -> member + " answers " + told + " to a reader's " + sent);
            written(member, view, sent, told);
        } else if (error == SESSION_EXPIRED || error == SESSION_MOVED) {
            world.count("refused");
        } else {
            checkShown(member, view, zxid);
            view.answers(connection, zxid);
            view.read(connection, sent.session(), request, sent.credentials(), told);
            if (request instanceof SyncRequest || isLinearizable(request)) {
                rules.check(
                        Rule.C4,
                        zxid >= sent.completed() && !readOnly,
                        () -> sent + " is answered at " + Zxid.text(zxid) + ", but " + Zxid.text(sent.completed())
                                + " was known before");
                world.count("fresh " + request.op());
            }
        }
    }

    /// Whether a read must show all that anybody was told before it was asked.
    private boolean isLinearizable(Request request) {
        return switch (request) {
            case GetDataRequest(String path, boolean _) -> isFresh(path);
            case ExistsRequest(String path, boolean _) -> isFresh(path);
            case GetChildrenRequest(String path, boolean _) -> isFresh(path);
            case GetChildren2Request(String path, boolean _) -> isFresh(path);
            case GetAclRequest(String path) -> isFresh(path);
            case GetAllChildrenNumberRequest(String path) -> isFresh(path);
            case MultiReadRequest(List<Request> ops) -> ops.stream().anyMatch(this::isLinearizable);
            default -> false;
        };
    }

    private boolean isFresh(String path) {
        for (String top : world.customs().reads().linearizable()) {
            if ((path + "/").startsWith(top + "/")) {
                return true;
            }
        }
        return false;
    }

    private void written(SimMember member, View view, Sent sent, Oracle.Told told) {
        long zxid = told.header().zxid();
        int error = told.header().error();
        Sent author = authors.of(zxid);
        if (!authors.answered(sent, zxid)) {
            // It was refused before it came to a leader.
            boolean refused = error == SESSION_EXPIRED
                    || error == SESSION_MOVED
                    || error == EPHEMERAL_ON_LOCAL_SESSION && isForAllOnly(sent.request());
            rules.check(
                    Rule.C8,
                    refused,
                    () -> sent + " is answered " + error + " at " + Zxid.text(zxid) + ", which is " + author);
            world.count("refused");
            return;
        }
        if (author != sent) {
            world.count("same request twice");
        }
        rules.check(
                Rule.C8,
                world.witness().isCommitted(zxid),
                () -> sent + " is answered at " + Zxid.text(zxid) + ", which is not committed");
        rules.check(Rule.C10, member.ensemble().serves(), () -> member + " acknowledges a write, and has no leader");
        checkShown(member, view, zxid);
        Result outcome = outcomes.get(zxid);
        if (outcome == null) {
            throw new Violation(Rule.C1, sent + " is answered at " + Zxid.text(zxid) + ", which was no write");
        }
        view.checkWritten(sent.request(), outcome, told);
        rules.check(Rule.C1, zxid > sent.completed(), () -> sent + " took place at " + Zxid.text(zxid));
    }

    /// Whether only sessions can do this that are known to all, and local ones are never made so.
    private boolean isForAllOnly(Request request) {
        Surroundings.Clients clients = world.customs().clients();
        return clients.local()
                && !clients.upgraded()
                && request instanceof CreateRequest create
                && Objects.requireNonNull(CreateMode.of(create.flags())).isEphemeral();
    }

    /// A client has received an answer.
    void received(long zxid) {
        completed = Math.max(completed, zxid);
    }

    /// A member's tree is what was committed, and nothing else.
    void compare(SimMember member) {
        View view = view(member);
        advance(member, view, world.witness().last());
        view.compare(member.node().tree());
    }

    private static String hex(@Nullable Long session) {
        return session == null ? "none" : Long.toHexString(session);
    }
}
