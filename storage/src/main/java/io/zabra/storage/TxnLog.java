// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage;

import io.zabra.core.base.Invariant;
import io.zabra.core.log.Entry;
import io.zabra.storage.stream.BatchMark;
import io.zabra.storage.stream.Bytes;
import io.zabra.wire.WireWriter;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.zip.Adler32;
import org.jspecify.annotations.Nullable;

/// The writer of the transaction log, in the format of Apache's `FileTxnLog`: files `log.<first zxid>` that start with
/// 16 bytes (magic `ZKLG`, version 2, database id 0), then for each record its Adler-32 (long), its length (int), the
/// entry and the byte `B`. The first record of a batch carries a [BatchMark].
///
/// [#append] only copies into a buffer; [#sync] brings all of it to the disk with one write and one sync, and what it
/// returned for is durable. Between two syncs there is one write of records at most, so that a loss of power leaves
/// damage at the end of the log only. Each instance starts a file of its own and never writes into one that exists:
/// two generations of writers cannot mix their records.
///
/// A [Disk.NoSpaceException] changes nothing: the call may be repeated, and writes the same bytes to the same place.
/// Any other failure is final: what is on the disk is then unknown, and every later call fails (the kernel forgets
/// unwritten data after a failed fsync, so that a second try would lie). Used by one thread, the log thread.
public final class TxnLog implements WriteAheadLog {

    static final int MAGIC = 0x5A4B4C47;
    static final int VERSION = 2;
    static final int HEADER_BYTES = 16;

    /// Bytes around an entry: checksum and length before it, the end mark behind it.
    static final int FRAME_HEAD_BYTES = 12;

    static final int FRAME_BYTES = FRAME_HEAD_BYTES + 1;
    static final byte END_OF_RECORD = 'B';

    /// Space is allocated anew once less than this is left, as in Apache's writer.
    private static final int PREALLOCATE_AHEAD = 4096;

    private static final int BUFFER_BYTES_MIN = 64 << 10;

    /// How a log is written.
    ///
    /// @param preallocateBytes step in which files grow ahead of the records, 0 for none; Apache's default is 64
    ///     MiB
    /// @param forced whether [TxnLog#sync] waits for the disk; false (`forceSync=no`) gives up durability
    /// @param batchBytesMax size of the buffer; an append that would overrun it syncs first
    /// @param fileBytesMax size of a file above which the next batch begins another one; 0: no limit
    /// @param nonce drawn anew for each instance, and not to be guessed by clients: it tells this log's batch marks
    ///     from bytes in znodes that look like them
    public record Options(long preallocateBytes, boolean forced, int batchBytesMax, long fileBytesMax, long nonce) {

        /// Files that grow without limit.
        public Options(long preallocateBytes, boolean forced, int batchBytesMax, long nonce) {
            this(preallocateBytes, forced, batchBytesMax, 0, nonce);
        }
    }

    private final Disk disk;
    private final Options options;
    /// The file beside the log that tells how far it was synced.
    public static final String MARK = SyncMark.NAME;

    private final SyncMark mark;
    private final Adler32 checksum = new Adler32();
    private final byte[] zero = new byte[1];

    private byte[] buffer = new byte[BUFFER_BYTES_MIN];
    private int buffered;
    private boolean batchMarked;
    private long firstBufferedZxid;
    private @Nullable DiskFile file;
    private boolean named;
    private long position;
    private long allocated;
    private long appendedZxid;
    private long syncedZxid;
    private boolean starved;
    private @Nullable Throwable failure;

    private TxnLog(Disk disk, Options options, SyncMark mark, long lastZxid) {
        this.disk = disk;
        this.options = options;
        this.mark = mark;
        this.appendedZxid = lastZxid;
        this.syncedZxid = lastZxid;
    }

    /// Opens the log of a folder behind `lastZxid`, the last record that recovery found. No file is made before the
    /// first sync of a record.
    public static TxnLog open(Disk disk, Options options, long lastZxid) throws IOException {
        return open(disk, options, lastZxid, SyncMark.ALL);
    }

    /// As [#open(Disk, Options, long)], for the log of a member, where a record may be synced long before it is
    /// committed.
    ///
    /// @param committed up to here everything is committed; see [#committed]
    public static TxnLog open(Disk disk, Options options, long lastZxid, long committed) throws IOException {
        long claimed = options.forced ? lastZxid : 0;
        return new TxnLog(disk, options, SyncMark.open(disk, claimed, options.nonce, committed), lastZxid);
    }

    /// Writes a whole log file of these entries, there being at least one; its bytes are durable on return.
    public static void write(Disk disk, String name, List<Entry> entries) throws IOException {
        try (DiskFile file = disk.create(name)) {
            WireWriter out = new WireWriter(BUFFER_BYTES_MIN);
            out.int32(MAGIC).int32(VERSION).int64(0);
            Adler32 sum = new Adler32();
            long at = 0;
            for (Entry entry : entries) {
                sum.reset();
                sum.update(entry.bytes());
                out.int64(sum.getValue()).int32(entry.bytes().length).raw(entry.bytes());
                out.int8(END_OF_RECORD);
                if (out.position() >= BUFFER_BYTES_MIN) {
                    at = flush(file, at, out);
                }
            }
            flush(file, at, out);
            file.force();
        }
    }

    private static long flush(DiskFile file, long at, WireWriter out) throws IOException {
        file.write(at, out.array(), 0, out.position());
        long end = at + out.position();
        out.reset();
        return end;
    }

    /// Learns up to where everything is committed. It is told to the disk when that costs nothing, so recovery may hear
    /// of less.
    public void committed(long zxid) {
        mark.committed(zxid);
    }

    /// Takes a record into the batch; zxids must rise.
    @Override
    public void append(long zxid, byte[] entry) throws IOException {
        append(zxid, entry, 0, entry.length);
    }

    /// As [#append(long, byte[])], for `length` bytes from `from` on; they are copied.
    public void append(long zxid, byte[] entry, int from, int length) throws IOException {
        checkUsable();
        Invariant.check(zxid > appendedZxid, "zxid 0x%x appended after 0x%x", zxid, appendedZxid);
        Invariant.check(length > 0, "an empty entry would read as the end of the log");
        if (buffered > 0 && (long) buffered + length + BatchMark.BYTES + FRAME_BYTES > options.batchBytesMax) {
            sync();
        }
        if (buffered == 0) {
            firstBufferedZxid = zxid;
            if (file == null) {
                buffered = putHeader();
            }
        }
        int marked = mark(entry, from, length);
        room(length + marked + FRAME_BYTES);
        int start = buffered + FRAME_HEAD_BYTES;
        System.arraycopy(entry, from, buffer, start, length);
        if (marked > 0) {
            BatchMark.put(buffer, start + length, options.nonce, position);
        }
        checksum.reset();
        checksum.update(buffer, start, length + marked);
        Bytes.int64(buffer, buffered, checksum.getValue());
        Bytes.int32(buffer, buffered + 8, length + marked);
        buffered = start + length + marked + 1;
        buffer[buffered - 1] = END_OF_RECORD;
        appendedZxid = zxid;
    }

    /// Bytes of a mark behind this record: a batch has one. Without syncs there is nothing to tell.
    private int mark(byte[] entry, int from, int length) {
        if (batchMarked || !options.forced || !BatchMark.fits(entry, from, length)) {
            return 0;
        }
        batchMarked = true;
        return BatchMark.BYTES;
    }

    /// Makes everything appended so far durable and returns its last zxid.
    @Override
    public long sync() throws IOException {
        checkUsable();
        if (buffered == 0) {
            return syncedZxid;
        }
        try {
            starved = false;
            write();
            if (options.fileBytesMax > 0 && position > options.fileBytesMax) {
                leaveFile();
            }
        } catch (Disk.NoSpaceException e) {
            starved = true;
            throw e;
        } catch (IOException | RuntimeException e) {
            failure = e;
            throw e;
        }
        return syncedZxid;
    }

    private void write() throws IOException {
        DiskFile target = file;
        if (target == null) {
            mark.begin(firstBufferedZxid);
            target = disk.create(DataFile.logName(firstBufferedZxid));
            file = target;
            position = 0;
            allocated = HEADER_BYTES;
            named = false;
        }
        preallocate(target, position + buffered);
        target.write(position, buffer, 0, buffered);
        if (options.forced) {
            target.force();
            if (!named) {
                disk.force();
                named = true;
            }
            mark.write(appendedZxid);
        }
        position += buffered;
        buffered = 0;
        batchMarked = false;
        syncedZxid = appendedZxid;
        if (buffer.length > options.batchBytesMax) {
            buffer = new byte[BUFFER_BYTES_MIN];
        }
    }

    /// Lets the file grow ahead of the records, so that a sync rarely has to write a new length. The space reads as
    /// zeros, and a record of zeros is the end of a log.
    private void preallocate(DiskFile target, long end) throws IOException {
        long step = options.preallocateBytes;
        if (step <= 0 || end + PREALLOCATE_AHEAD < allocated) {
            return;
        }
        long wanted = allocated + step;
        if (end > wanted) {
            wanted = (end + step) / step * step;
        }
        try {
            target.write(wanted - 1, zero, 0, 1);
            allocated = wanted;
        } catch (Disk.NoSpaceException _) {
            // The records may still find room.
        }
    }

    /// Makes durable what is known to be durable, for a time without load: from then on any damage to what is there is
    /// known as such, also after a loss of power. Costs nothing when it was called since the last [#sync].
    @Override
    public void settle() throws IOException {
        checkUsable();
        try {
            mark.force();
        } catch (IOException | RuntimeException e) {
            failure = e;
            throw e;
        }
    }

    /// Syncs, and lets the next record open a new file.
    @Override
    public void roll() throws IOException {
        sync();
        try {
            leaveFile();
        } catch (IOException | RuntimeException e) {
            failure = e;
            throw e;
        }
    }

    private void leaveFile() throws IOException {
        DiskFile old = file;
        file = null;
        position = 0;
        if (old != null) {
            old.close();
        }
    }

    /// Last zxid that [#append] took.
    public long appendedZxid() {
        return appendedZxid;
    }

    /// Last zxid that is durable.
    public long syncedZxid() {
        return syncedZxid;
    }

    /// Bytes of header and records in the current file and the batch, without preallocated space; 0 after [#roll].
    public long bytesSinceRoll() {
        return position + buffered;
    }

    /// Syncs and closes; after a failure, or while there is no space, it only closes what is open.
    @Override
    public void close() throws IOException {
        if (failure instanceof ClosedException) {
            return;
        }
        DiskFile open = file;
        try (mark;
                open) {
            if (failure == null && !starved) {
                sync();
            }
        } finally {
            failure = new ClosedException();
        }
    }

    private void checkUsable() throws IOException {
        if (failure instanceof ClosedException) {
            throw new IOException("the transaction log is closed");
        }
        if (failure != null) {
            throw new IOException("the transaction log failed before and takes no more records", failure);
        }
    }

    private int putHeader() {
        Bytes.int32(buffer, 0, MAGIC);
        Bytes.int32(buffer, 4, VERSION);
        Bytes.int64(buffer, 8, 0);
        return HEADER_BYTES;
    }

    private void room(int bytes) {
        if (bytes > buffer.length - buffered) {
            int wanted = Math.addExact(buffered, bytes);
            int doubled = (int) Math.min(2L * buffer.length, options.batchBytesMax);
            buffer = Arrays.copyOf(buffer, Math.max(wanted, doubled));
        }
    }

    /// Marks an instance whose owner is done with it.
    private static final class ClosedException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        ClosedException() {
            super("closed", null, false, false);
        }
    }
}
