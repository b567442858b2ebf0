// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.simulator.members;

import io.zabra.core.quorum.KnownMembers;
import io.zabra.core.quorum.Membership;
import io.zabra.core.quorum.Quorums;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Who the members are, as one server has it: in its file, on its disk, and in the process that runs.
public final class Roster {

    private final long sid;
    private Membership file;
    private @Nullable Membership kept;
    private @Nullable KnownMembers process;

    /// @param file the list of servers that an administrator has given it
    public Roster(long sid, Membership file) {
        this.sid = sid;
        this.file = file;
    }

    /// A process starts.
    ///
    /// @param recorded what the disk has; null for nothing
    public void starts(@Nullable Quorums recorded) {
        process = new KnownMembers(Quorums.of(file), recorded);
    }

    /// What a process knows that has started.
    public Quorums members() {
        if (process == null) {
            throw new IllegalStateException("server " + sid + " has never started");
        }
        return process.members();
    }

    /// The memberships that its process knows, or knew when it ended; the oldest first.
    public List<Membership> known() {
        return process == null ? List.of() : process.members().all();
    }

    /// The node tells who they are from now on.
    public void change(Quorums now) {
        if (process != null) {
            process.change(now);
        }
    }

    /// Whether it knows members, of which it is none.
    public boolean isOutside() {
        return process != null && process.members().member(sid) == null;
    }

    /// Whether it is a member without a vote.
    public boolean observes() {
        return process != null && process.members().observes(sid);
    }

    /// What the disk has to take note of; null if it has.
    public @Nullable Quorums takeUnwritten() {
        return process == null ? null : process.takeUnwritten();
    }

    /// The disk has these from now on; null if they have not changed.
    public void keeps(@Nullable Quorums written) {
        kept = written == null ? kept : written.committed();
    }

    /// The last that the disk has as committed; null if there is none.
    public @Nullable Membership kept() {
        return kept;
    }

    /// The disk is empty now, and an administrator gives it a new list.
    public void emptied(Membership newFile) {
        kept = null;
        process = null;
        file = newFile;
    }

    /// The list of servers that it was given.
    public Membership file() {
        return file;
    }
}
