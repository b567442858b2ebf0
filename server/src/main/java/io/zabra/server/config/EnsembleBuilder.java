// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.config;

import static io.zabra.server.config.InvalidSettingException.check;

import io.zabra.core.election.ElectionTiming;
import io.zabra.core.quorum.Member;
import io.zabra.core.quorum.Membership;
import io.zabra.core.quorum.PeerAddress;
import io.zabra.core.quorum.QuorumRule;
import io.zabra.core.zab.Timing;
import io.zabra.server.config.ServerConfig.Ensemble;
import io.zabra.wire.MalformedPacketException;
import io.zabra.wire.quorum.HostPort;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Makes of the lines `server.<id>`, `group.<id>` and `weight.<id>` a membership, and of the file `myid` the server's
/// place in it. Replaces a part of Apache's `QuorumPeerConfig`.
///
/// A list with one participant means a server that stands alone, unless `standaloneEnabled=false`; so does no list.
final class EnsembleBuilder {

    private static final String SERVER = "server.";

    /// The file in `dataDir` that holds this server's id.
    static final String ID_FILE = "myid";

    /// More is no number.
    private static final int ID_FILE_BYTES_MAX = 64;

    /// The id stands in the top byte of session ids.
    private static final int SID_MAX = 255;

    /// That top byte, which marks the owners of znodes with a time to live.
    private static final int SID_OF_TTL = 255;

    private final Values values;
    private final SortedMap<Long, Member> members = new TreeMap<>();
    private final SortedMap<Long, String> places = new TreeMap<>();
    private boolean complete = true;
    /// How many lines tell of a server, right or wrong.
    private int lines;

    private EnsembleBuilder(Values values) {
        this.values = values;
    }

    /// What the server list makes of this server.
    ///
    /// @param ensemble null if it stands alone
    /// @param self its own line; null if there is none
    record Place(@Nullable Ensemble ensemble, @Nullable Member self) {}

    /// Reads the place of the server whose data lie in `dataDir`. What is wrong is reported; then there is no ensemble.
    static Place read(Values values, @Nullable Path dataDir) {
        return new EnsembleBuilder(values).place(dataDir);
    }

    private Place place(@Nullable Path dataDir) {
        readMembers();
        Membership membership = complete ? membership() : null;
        long participants =
                members.values().stream().filter(Member::participant).count();
        boolean alone = values.flag("standaloneEnabled");
        // What is wrong with the list is no reason to be silent about the rest.
        if (participants > 1 || participants == 1 && !alone || !complete && lines > 1) {
            return member(membership, dataDir);
        }
        if (!members.isEmpty() && participants < members.size()) {
            values.reject(
                    String.valueOf(places.get(members.firstKey())),
                    "the server list has observers, but too few participants to be an ensemble");
        } else if (!alone && complete) {
            values.rejectKey("standaloneEnabled", "the server list must then have a participant");
        }
        return new Place(null, participants == 1 ? members.get(members.firstKey()) : null);
    }

    private void readMembers() {
        for (Map.Entry<String, Values.Value> entry : values.given().entrySet()) {
            if (isOfFamily(entry.getKey(), SERVER)) {
                readMember(entry.getKey(), entry.getValue());
            }
        }
    }

    private void readMember(String key, Values.Value value) {
        lines++;
        Long sid = Kind.Whole.parse(key.substring(SERVER.length()));
        if (sid == null || sid < 0) {
            wrong(value, key + ": the id of a server must be a whole number of at least 0");
            return;
        }
        Member member;
        try {
            member = Member.parse(sid, value.text());
        } catch (MalformedPacketException malformed) {
            wrong(
                    value,
                    key + "=" + value.text()
                            + ": must look like host:2888:3888[:participant|:observer][;[host:]port], but: "
                            + malformed.getMessage());
            return;
        }
        if (member.addresses().stream().anyMatch(address -> address.quorumPort() == 0 || address.electionPort() == 0)) {
            wrong(value, key + "=" + value.text() + ": the ports for other servers must not be 0");
        } else if (member.addresses().size() > 1 && !values.flag("multiAddress.enabled")) {
            wrong(value, key + "=" + value.text() + ": several addresses need multiAddress.enabled=true");
        } else if (members.put(sid, member) != null) {
            wrong(value, key + ": there is another line for server " + sid);
        } else {
            places.put(sid, value.place());
            if (member.addresses().size() > 1) {
                values.warn(
                        value.place(),
                        key + ": only the address "
                                + member.addresses().getFirst().host()
                                + " is used, the first in the order of the alphabet");
            }
        }
    }

    private void wrong(Values.Value value, String problem) {
        complete = false;
        values.reject(value.place(), problem);
    }

    /// The list with its groups and weights; null if it is not whole.
    private @Nullable Membership membership() {
        var settings = new TreeMap<String, String>();
        String place = "";
        for (Map.Entry<String, Values.Value> entry : values.given().entrySet()) {
            boolean rule = isOfFamily(entry.getKey(), "group.") || isOfFamily(entry.getKey(), "weight.");
            if (rule && members.isEmpty()) {
                values.warn(entry.getValue().place(), entry.getKey() + " has no effect without a server list");
            }
            if (rule || isOfFamily(entry.getKey(), SERVER)) {
                settings.put(entry.getKey(), entry.getValue().text());
                place = rule ? entry.getValue().place() : place;
            }
        }
        if (members.values().stream().noneMatch(Member::participant)) {
            return null;
        }
        settings.put("version", values.memberVersion());
        try {
            return Membership.of(settings);
        } catch (MalformedPacketException malformed) {
            values.reject(place, "the server list is wrong: " + malformed.getMessage());
            return null;
        }
    }

    private Place member(@Nullable Membership membership, @Nullable Path dataDir) {
        if (complete) {
            warnOfSize(membership);
        }
        judgeSharedPorts();
        Timing timing = timing();
        ElectionTiming election = election();
        Long sid = dataDir == null ? null : ownId(dataDir);
        Member self = sid == null ? null : members.get(sid);
        if (dataDir != null && sid != null && self == null && complete) {
            self = removed(sid, String.valueOf(dataDir.resolve(ID_FILE)));
        }
        if (sid == null || self == null || membership == null || timing == null || election == null) {
            return new Place(null, self);
        }
        warnOfRole(self);
        PeerAddress own = self.addresses().getFirst();
        InetSocketAddress quorum = listen(sid, own.quorum());
        if (quorum == null) {
            return new Place(null, self);
        }
        return new Place(
                new Ensemble(
                        self,
                        membership,
                        timing,
                        election,
                        quorum,
                        new InetSocketAddress(quorum.getAddress(), own.electionPort()),
                        values.intNumber("cnxTimeout"),
                        ticksMs("connectToLearnerMasterLimit", timing.initMs()),
                        changes(),
                        observers(timing),
                        values.number("zabra.epoch.transactionsMax")),
                self);
    }

    /// This server, though the list does not have it any more, or not yet; null if nothing tells where it is.
    private @Nullable Member removed(long sid, String place) {
        Values.Value own = values.given().get("zabra.self");
        if (own == null) {
            values.reject(place, "the server list has no line server." + sid + " for this server");
        } else if (!values.flag("reconfigEnabled")) {
            values.reject(
                    own.place(),
                    "the server list does not have server " + sid + ", as its members have changed; either"
                            + " reconfigEnabled=true is needed, or a list that has it");
        } else {
            try {
                return Member.parse(sid, own.text());
            } catch (MalformedPacketException malformed) {
                values.reject(own.place(), "zabra.self=" + own.text() + ": " + malformed.getMessage());
            }
        }
        return null;
    }

    private Ensemble.Observers observers(Timing timing) {
        // A pause as long as all that it takes to find a leader would never end.
        int pauseMsMax = Math.min(values.intNumber("observer.reconnectDelayMs"), timing.initMs() / 2);
        return new Ensemble.Observers(
                values.intNumber("observerMasterPort"), values.number("observerMaster.sizeLimit"), pauseMsMax);
    }

    private Ensemble.Changes changes() {
        boolean enabled = values.flag("reconfigEnabled");
        String text = values.nextMembers();
        Membership next = null;
        if (text != null && !enabled) {
            values.warn(
                    values.file() + ".dynamic.next", "a server list that was proposed but not decided on is ignored");
        } else if (text != null) {
            try {
                next = Membership.parse(text);
            } catch (MalformedPacketException malformed) {
                values.warn(
                        values.file() + ".dynamic.next",
                        "a server list that was proposed is wrong, and has no effect: " + malformed.getMessage());
            }
        }
        return new Ensemble.Changes(enabled, values.flag("standaloneEnabled") ? 2 : 1, next, values.file());
    }

    private void warnOfSize(@Nullable Membership membership) {
        long participants =
                members.values().stream().filter(Member::participant).count();
        String place = String.valueOf(places.get(members.lastKey()));
        if (participants <= 2) {
            values.warn(place, "with " + participants + " participants no failure is survived; it takes 3 at least");
        } else if (participants % 2 == 0 && membership != null && membership.rule() instanceof QuorumRule.Majority) {
            values.warn(
                    place, participants + " participants survive no more failures than " + (participants - 1) + " do");
        }
    }

    /// Two servers cannot listen at one port of one address. Names may stand for different addresses in different
    /// places.
    private void judgeSharedPorts() {
        var owners = new TreeMap<String, Long>();
        members.forEach((sid, member) -> {
            for (PeerAddress address : member.addresses()) {
                for (HostPort port : List.of(address.quorum(), address.election())) {
                    Long owner = owners.putIfAbsent(port.text(), sid);
                    String place = String.valueOf(places.get(sid));
                    String problem = SERVER + sid + ": " + port.text() + " is server " + owner + "'s already";
                    if (owner != null && isLiteral(port.host())) {
                        values.reject(place, problem);
                    } else if (owner != null) {
                        values.warn(place, problem);
                    }
                }
            }
        });
    }

    private static boolean isLiteral(String host) {
        return host.indexOf(':') >= 0 || host.chars().allMatch(c -> c == '.' || c >= '0' && c <= '9');
    }

    private void warnOfRole(Member self) {
        Values.Value type = values.given().get("peerType");
        if (type != null && type.text().equalsIgnoreCase("observer") == self.participant()) {
            values.warn(
                    type.place(), "peerType=" + type.text() + " has no effect: the line of this server says otherwise");
        }
    }

    private @Nullable Timing timing() {
        boolean whole = true;
        for (String key : new String[] {"initLimit", "syncLimit"}) {
            if (values.number(key) <= 0) {
                values.rejectKey(key, "an ensemble needs it: a number of ticks above 0");
                whole = false;
            }
        }
        return whole
                ? new Timing(values.intNumber("tickTime"), ticksMs("initLimit", 1), ticksMs("syncLimit", 1))
                : null;
    }

    /// A number of ticks in milliseconds; 0 ticks are `orElse`.
    private int ticksMs(String key, int orElse) {
        long ms = values.number(key) * values.number("tickTime");
        check(ms <= Integer.MAX_VALUE, key, "this many ticks are too long a time");
        return ms == 0 ? orElse : (int) ms;
    }

    private @Nullable ElectionTiming election() {
        int min = values.intNumber("fastleader.minNotificationInterval");
        int max = values.intNumber("fastleader.maxNotificationInterval");
        if (max < min) {
            values.rejectKey(
                    "fastleader.maxNotificationInterval",
                    "must be at least fastleader.minNotificationInterval, " + min);
            return null;
        }
        return new ElectionTiming(ElectionTiming.DEFAULT.finalizeWaitMs(), min, max);
    }

    private @Nullable Long ownId(Path dataDir) {
        Path file = dataDir.resolve(ID_FILE);
        if (!Files.isRegularFile(file)) {
            values.reject(file.toString(), "there is no such file; it must hold the id of this server and no more");
            return null;
        }
        String text;
        try (InputStream in = Files.newInputStream(file)) {
            text = new String(in.readNBytes(ID_FILE_BYTES_MAX), StandardCharsets.ISO_8859_1).strip();
        } catch (IOException unreadable) {
            values.reject(file.toString(), "cannot be read: " + unreadable.getMessage());
            return null;
        }
        Long sid = text.chars().allMatch(c -> c >= '0' && c <= '9') ? Kind.Whole.parse(text) : null;
        int max = values.flag("extendedTypesEnabled") ? SID_OF_TTL - 1 : SID_MAX;
        if (sid == null || sid > max) {
            values.reject(file.toString(), "'" + text + "' is no id of a server: it must be a number from 0 to " + max);
            return null;
        }
        return sid;
    }

    private @Nullable InetSocketAddress listen(long sid, HostPort own) {
        if (values.flag("quorumListenOnAllIPs")) {
            return new InetSocketAddress(own.port());
        }
        try {
            return new InetSocketAddress(InetAddress.getByName(own.host()), own.port());
        } catch (UnknownHostException unknown) {
            values.reject(
                    String.valueOf(places.get(sid)),
                    SERVER + sid + ": this server's own host " + own.host()
                            + " has no address; it listens there, or everywhere with quorumListenOnAllIPs=true");
            return null;
        }
    }

    /// Whether it is the key of a line of the server list.
    static boolean isOfList(String key) {
        return isOfFamily(key, SERVER);
    }

    /// Whether the key is of the family, not one of the settings whose names begin in the same way.
    private static boolean isOfFamily(String key, String prefix) {
        Setting row = key.startsWith(prefix) ? Settings.ofKey(key) : null;
        return row != null && row.isFamily();
    }
}
