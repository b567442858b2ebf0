// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.core.watch;

import io.zabra.core.base.Invariant;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One of the two tables of watches: for each watched path the clients and how they watch it.
///
/// A hash table whose buckets are pages: byte arrays of a dozen entries, each just as long as needed, so that an
/// entry costs little more than its name. It grows and shrinks by one page at a time (linear hashing, Litwin 1980),
/// hence without pauses. An entry, all numbers of variable length:
///
/// ```
/// directory | name length, name | count | count members, or if count is 0: number of a Crowd
/// ```
///
/// A member is a client's id and its flags in one number. Members are in rising order, which is the order of events.
final class WatchTable<C> {

    static final int STANDARD = 1;
    static final int PERSISTENT = 2;
    static final int RECURSIVE = 4;
    static final int ALL = STANDARD | PERSISTENT | RECURSIVE;

    /// What counts for each watch besides its path.
    static final int WEIGHT_MIN = 16;

    /// A page without its entries, and the reference to it.
    private static final int PAGE_BYTES = 24;

    /// Of each watch outside of the pages: see [Registrations] and [Crowd].
    private static final int BYTES_OUTSIDE = 8;

    private static final int FLAG_BITS = 3;
    private static final int INLINE_MAX = 8;
    private static final int ENTRIES_PER_PAGE_MAX = 12;
    private static final int ENTRIES_PER_PAGE_MIN = 6;

    private final boolean childTable;
    private final long hashSeed;
    private final Directories directories;
    private final List<@Nullable Watcher<C>> watchers;
    private final ArrayList<@Nullable Crowd> crowds = new ArrayList<>();
    private final ArrayList<Integer> freeCrowds = new ArrayList<>();

    private byte[] @Nullable [] pages = new byte[1][];
    private int pageCount = 1;
    private int entryCount;
    private int watchCount;
    private int watcherCount;
    private int recursiveCount;
    private long entryBytes;

    // The entry that was parsed last.
    private int entryFrom;
    private int entryTo;
    private int directory;
    private int nameFrom;
    private int nameTo;
    private @Nullable Crowd crowd;
    private int crowdNumber;
    private final int[] members = new int[INLINE_MAX + 1];
    private int memberCount;
    private int at;

    private byte[] out = new byte[1024];
    private int outLength;

    WatchTable(boolean childTable, Directories directories, List<@Nullable Watcher<C>> watchers, long hashSeed) {
        this.hashSeed = hashSeed;
        this.childTable = childTable;
        this.directories = directories;
        this.watchers = watchers;
    }

    int watches() {
        return watchCount;
    }

    /// Memory that the watches take.
    long bytes() {
        return entryBytes + (long) PAGE_BYTES * pageCount + (long) BYTES_OUTSIDE * watchCount;
    }

    int paths() {
        return entryCount;
    }

    int watchers() {
        return watcherCount;
    }

    int recursive() {
        return recursiveCount;
    }

    static int member(int id, int flags) {
        return id << FLAG_BITS | flags;
    }

    static int id(int member) {
        return member >>> FLAG_BITS;
    }

    static int flags(int member) {
        return member & ALL;
    }

    int flags(Watcher<C> watcher, Place place) {
        return seek(place) ? flagsOf(watcher.id) : 0;
    }

    /// Adds and removes flags of a client at a place; returns what it had before.
    int change(Watcher<C> watcher, Place place, int added, int removed) {
        boolean found = seek(place);
        int before = found ? flagsOf(watcher.id) : 0;
        int after = (before | added) & ~removed;
        if (after == before) {
            return before;
        }
        int weight = weight(place);
        if (found && crowd != null) {
            crowd.set(watcher.id, after);
            if (crowd.size() <= INLINE_MAX / 2) {
                disband();
                store(place, true);
            }
        } else {
            memberCount = found ? memberCount : 0;
            setInline(watcher.id, after);
            store(place, found);
        }
        account(watcher, place.hash(), weight, before, after);
        rebalance();
        return before;
    }

    /// Appends all clients at the place and takes their one-shot watches away.
    void take(Place place, IntBag ids) {
        if (!seek(place)) {
            return;
        }
        int[] all = allMembers();
        int weight = weight(place);
        int kept = 0;
        boolean changed = false;
        for (int member : all) {
            ids.add(id(member));
            int flags = flags(member);
            int left = flags & ~STANDARD;
            if (left != 0) {
                all[kept++] = member(id(member), left);
            }
            if (left != flags) {
                changed = true;
                account(watcher(id(member)), place.hash(), weight, flags, left);
            }
        }
        if (changed) {
            replaceMembers(place, all, kept);
            rebalance();
        }
    }

    /// Appends the clients whose watch at the place covers what is below it.
    void addRecursive(Place place, IntBag ids) {
        if (seek(place)) {
            for (int member : allMembers()) {
                if ((flags(member) & RECURSIVE) != 0) {
                    ids.add(id(member));
                }
            }
        }
    }

    void removeAll(Watcher<C> watcher) {
        for (int hash : watcher.in(childTable).distinct()) {
            Place place = next(watcher.id, hash);
            while (place != null) {
                change(watcher, place, 0, ALL);
                place = next(watcher.id, hash);
            }
        }
        Invariant.check(watcher.in(childTable).live() == 0, "a client that has left must have no watches");
    }

    /// Calls back for each path, in no order that means anything, with the ids of its clients.
    /// Calls back for all paths of some pages from `firstPage` on, until `enough` were told; returns the next page, -1
    /// at the end.
    int visit(int firstPage, int enough, PathVisitor visitor) {
        int told = 0;
        int next = firstPage;
        while (next < pageCount && told < enough) {
            byte[] page = pages[next];
            for (int from = 0; page != null && from < page.length; from = entryTo) {
                parse(page, from);
                visitor.path(path(page), allMembers());
                told++;
            }
            next++;
        }
        return next < pageCount ? next : -1;
    }

    List<String> paths(Watcher<C> watcher) {
        List<String> paths = new ArrayList<>(watcher.in(childTable).live());
        for (int hash : watcher.in(childTable).distinct()) {
            byte[] page = pages[index(hash)];
            for (int from = 0; page != null && from < page.length; from = entryTo) {
                parse(page, from);
                if (isAt(page, hash) && flagsOf(watcher.id) != 0) {
                    paths.add(path(page));
                }
            }
        }
        return paths;
    }

    interface PathVisitor {
        void path(String path, int[] members);
    }

    /// A place with this hash where the client has a watch.
    private @Nullable Place next(int id, int hash) {
        byte[] page = pages[index(hash)];
        for (int from = 0; page != null && from < page.length; from = entryTo) {
            parse(page, from);
            if (isAt(page, hash) && flagsOf(id) != 0) {
                return Place.of(directory, page, nameFrom, nameTo, hashSeed);
            }
        }
        return null;
    }

    private boolean isAt(byte[] page, int hash) {
        return Place.hash(directory, page, nameFrom, nameTo, hashSeed) == hash;
    }

    private String path(byte[] page) {
        return directories.path(directory) + new String(page, nameFrom, nameTo - nameFrom, StandardCharsets.UTF_8);
    }

    private Watcher<C> watcher(int id) {
        Watcher<C> watcher = watchers.get(id);
        Invariant.check(watcher != null, "a client with watches must be there");
        return watcher;
    }

    /// What a watch at the place counts for its client: as if it shared nothing with others.
    private int weight(Place place) {
        return WEIGHT_MIN + directories.path(place.directory()).length() + place.name().length;
    }

    private void account(Watcher<C> watcher, int hash, int weight, int before, int after) {
        Registrations registrations = watcher.in(childTable);
        recursiveCount += ((after & RECURSIVE) - (before & RECURSIVE)) / RECURSIVE;
        if (before == 0) {
            watcherCount += registrations.live() == 0 ? 1 : 0;
            watchCount++;
            watcher.weight += weight;
            registrations.add(hash, known -> next(watcher.id, known) != null);
        } else if (after == 0) {
            watchCount--;
            watcher.weight -= weight;
            registrations.removed();
            watcherCount -= registrations.live() == 0 ? 1 : 0;
        }
    }

    /// Parses the entry of the place, if there is one.
    private boolean seek(Place place) {
        byte[] page = pages[index(place.hash())];
        if (page == null) {
            return false;
        }
        byte[] name = place.name();
        for (int from = 0; from < page.length; from = entryTo) {
            parse(page, from);
            if (directory == place.directory()
                    && nameTo - nameFrom == name.length
                    && Arrays.equals(page, nameFrom, nameTo, name, 0, name.length)) {
                return true;
            }
        }
        return false;
    }

    private void parse(byte[] page, int from) {
        entryFrom = from;
        at = from;
        directory = take(page);
        int nameLength = take(page);
        nameFrom = at;
        nameTo = at + nameLength;
        at = nameTo;
        memberCount = take(page);
        crowd = null;
        if (memberCount == 0) {
            crowdNumber = take(page);
            crowd = crowds.get(crowdNumber);
        }
        for (int i = 0; i < memberCount; i++) {
            members[i] = take(page);
        }
        entryTo = at;
    }

    private int take(byte[] page) {
        int value = 0;
        int shift = 0;
        byte next;
        do {
            next = page[at++];
            value |= (next & 0x7f) << shift;
            shift += 7;
        } while (next < 0);
        return value;
    }

    private int flagsOf(int id) {
        if (crowd != null) {
            return crowd.flags(id);
        }
        for (int i = 0; i < memberCount; i++) {
            if (id(members[i]) == id) {
                return flags(members[i]);
            }
        }
        return 0;
    }

    private int[] allMembers() {
        if (crowd == null) {
            return Arrays.copyOf(members, memberCount);
        }
        int[] all = new int[crowd.size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = crowd.at(i);
        }
        return all;
    }

    private void setInline(int id, int flags) {
        int index = 0;
        while (index < memberCount && id(members[index]) < id) {
            index++;
        }
        boolean there = index < memberCount && id(members[index]) == id;
        if (flags == 0) {
            System.arraycopy(members, index + 1, members, index, memberCount - index - 1);
            memberCount--;
            return;
        }
        if (!there) {
            System.arraycopy(members, index, members, index + 1, memberCount - index);
            memberCount++;
        }
        members[index] = member(id, flags);
    }

    private void replaceMembers(Place place, int[] all, int count) {
        if (crowd != null && count > INLINE_MAX / 2) {
            crowds.set(crowdNumber, new Crowd(all, count));
            return;
        }
        if (crowd != null) {
            crowds.set(crowdNumber, new Crowd(all, count));
            crowd = crowds.get(crowdNumber);
            disband();
        } else {
            System.arraycopy(all, 0, members, 0, count);
            memberCount = count;
        }
        store(place, true);
    }

    /// Turns the crowd of the entry into members of its own.
    private void disband() {
        int[] few = allMembers();
        System.arraycopy(few, 0, members, 0, few.length);
        memberCount = few.length;
        crowds.set(crowdNumber, null);
        freeCrowds.add(crowdNumber);
        crowd = null;
    }

    /// Writes the members of the entry that was parsed last, or of a new one; without members it goes.
    private void store(Place place, boolean found) {
        int index = index(place.hash());
        byte[] page = pages[index];
        int length = page == null ? 0 : page.length;
        outLength = 0;
        if (page != null) {
            put(page, 0, found ? entryFrom : length);
        }
        if (memberCount > 0) {
            putEntry(place);
        }
        if (page != null && found) {
            put(page, entryTo, length);
        }
        pages[index] = outLength == 0 ? null : Arrays.copyOf(out, outLength);
        entryBytes += outLength - length;
        if (!found) {
            directories.use(place.directory());
            entryCount++;
        } else if (memberCount == 0) {
            directories.release(place.directory());
            entryCount--;
        }
    }

    private void putEntry(Place place) {
        put(place.directory());
        put(place.name().length);
        put(place.name(), 0, place.name().length);
        if (memberCount > INLINE_MAX) {
            int number = freeCrowds.isEmpty() ? crowds.size() : freeCrowds.removeLast();
            if (number == crowds.size()) {
                crowds.add(null);
            }
            crowds.set(number, new Crowd(members, memberCount));
            put(0);
            put(number);
            return;
        }
        put(memberCount);
        for (int i = 0; i < memberCount; i++) {
            put(members[i]);
        }
    }

    private void put(byte[] bytes, int from, int to) {
        ensure(to - from);
        System.arraycopy(bytes, from, out, outLength, to - from);
        outLength += to - from;
    }

    private void put(int value) {
        ensure(5);
        int rest = value;
        while ((rest & ~0x7f) != 0) {
            out[outLength++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        out[outLength++] = (byte) rest;
    }

    private void ensure(int count) {
        if (count > out.length - outLength) {
            out = Arrays.copyOf(out, Math.max(out.length * 2, Math.addExact(outLength, count)));
        }
    }

    private int index(int hash) {
        int low = Integer.highestOneBit(pageCount);
        int index = hash & (2 * low - 1);
        return index < pageCount ? index : index - low;
    }

    private void rebalance() {
        if (entryCount > pageCount * ENTRIES_PER_PAGE_MAX) {
            split();
        } else if (pageCount > 1 && entryCount < pageCount * ENTRIES_PER_PAGE_MIN) {
            merge();
        }
    }

    /// Adds a page, which takes its share from the page that has been in charge.
    private void split() {
        int low = Integer.highestOneBit(pageCount);
        int source = pageCount - low;
        if (pageCount == pages.length) {
            pages = Arrays.copyOf(pages, pageCount + pageCount / 4 + 1);
        }
        byte[] page = pages[source];
        pageCount++;
        if (page == null) {
            return;
        }
        pages[source] = part(page, source);
        pages[pageCount - 1] = part(page, pageCount - 1);
    }

    /// Those entries of the page that belong to the given one.
    private byte @Nullable [] part(byte[] page, int index) {
        outLength = 0;
        for (int from = 0; from < page.length; from = entryTo) {
            parse(page, from);
            if (index(Place.hash(directory, page, nameFrom, nameTo, hashSeed)) == index) {
                put(page, entryFrom, entryTo);
            }
        }
        return outLength == 0 ? null : Arrays.copyOf(out, outLength);
    }

    private void merge() {
        int last = pageCount - 1;
        int target = last - Integer.highestOneBit(last);
        byte[] from = pages[last];
        byte[] to = pages[target];
        outLength = 0;
        if (to != null) {
            put(to, 0, to.length);
        }
        if (from != null) {
            put(from, 0, from.length);
        }
        pages[target] = outLength == 0 ? null : Arrays.copyOf(out, outLength);
        pages[last] = null;
        pageCount--;
        if (pages.length > 16 && pageCount < pages.length / 2) {
            pages = Arrays.copyOf(pages, pageCount + pageCount / 4 + 1);
        }
    }
}
