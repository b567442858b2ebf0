// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.server.disk;

import io.zabra.core.node.Restored;
import io.zabra.core.tree.TreeOptions;
import io.zabra.server.config.ServerConfig;
import io.zabra.server.observe.Counter;
import io.zabra.server.observe.Events;
import io.zabra.server.observe.Metrics;
import io.zabra.server.report.Notice;
import io.zabra.storage.DataFile;
import io.zabra.storage.Disk;
import io.zabra.storage.Purge;
import io.zabra.storage.Recovered;
import io.zabra.storage.Recovery;
import io.zabra.storage.RecoveryNote;
import io.zabra.storage.Snapshots;
import io.zabra.storage.TxnLog;
import io.zabra.storage.file.FileDisk;
import io.zabra.storage.member.MemberLog;
import io.zabra.storage.member.MemberRecovered;
import io.zabra.storage.member.MemberRecovery;
import io.zabra.storage.stream.Compression;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The folders of a server, in Apache's layout: `version-2` below `dataDir` and `dataLogDir`; locked while they are
/// open.
public final class DataFolders implements AutoCloseable {

    private static final String LAYOUT = "version-2";
    private static final String INITIALIZE = "initialize";
    private static final int BATCH_BYTES_MAX = 16 << 20;

    private final ServerConfig config;
    private final Path dataPath;
    private final Path logPath;
    private final boolean isNew;
    private final FileDisk data;
    private final @Nullable FileDisk separateLog;
    private final Purge purge;

    private DataFolders(ServerConfig config, Path dataPath, Path logPath, boolean isNew) throws IOException {
        this.config = config;
        this.dataPath = dataPath;
        this.logPath = logPath;
        this.isNew = isNew;
        this.data = FileDisk.open(dataPath);
        this.separateLog = dataPath.equals(logPath) ? null : FileDisk.open(logPath);
        this.purge = new Purge(data, log());
    }

    /// Opens and locks the folders, making them when they are missing and that is allowed.
    public static DataFolders open(ServerConfig config) throws IOException {
        ServerConfig.Storage storage = config.storage();
        // Of a member, the file `myid` is there first. Were a disk not mounted, that would be missing.
        boolean isNew = !Files.exists(
                config.ensemble() == null
                        ? storage.dataDir()
                        : storage.dataDir().resolve(LAYOUT));
        Path data = folder("dataDir", storage.dataDir(), storage);
        return new DataFolders(config, data, folder("dataLogDir", storage.logDir(), storage), isNew);
    }

    private static Path folder(String key, Path configured, ServerConfig.Storage storage) throws IOException {
        Path above = configured.toAbsolutePath().normalize();
        Path folder = above.resolve(LAYOUT);
        refuseMisplaced(above, folder);
        if (!Files.isDirectory(folder)) {
            if (!storage.createDirs()) {
                throw new StartRefusedException(
                        folder + ": there is no such folder, and datadir.autocreate=false forbids to make it.");
            }
            try {
                Files.createDirectories(folder);
            } catch (IOException e) {
                throw new IOException("cannot make the folder " + folder + " (" + key + "): " + IoCause.of(e), e);
            }
        }
        return folder;
    }

    /// Refuses to start empty, or on what else there is, beside data that lies one level too high.
    private static void refuseMisplaced(Path above, Path folder) throws IOException {
        String misplaced = dataFile(above);
        if (misplaced == null || dataFile(folder) != null) {
            return;
        }
        boolean tooDeep = above.endsWith(LAYOUT);
        throw new StartRefusedException(above.resolve(misplaced) + ": the data of a server does not lie in dataDir or "
                + "dataLogDir itself, but in the folder " + LAYOUT + " in it. Nothing was changed. "
                + (tooDeep
                        ? "Configure the folder above, " + above.getParent() + "."
                        : "If this is the data to serve, move all snapshot.* and log.* files to " + folder + "."));
    }

    /// A snapshot or log in the folder; null if there is none.
    private static @Nullable String dataFile(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return null;
        }
        try (Stream<Path> files = Files.list(folder)) {
            List<String> names = files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .toList();
            return Stream.concat(DataFile.snapshots(names).stream(), DataFile.logs(names).stream())
                    .map(DataFile::name)
                    .findFirst()
                    .orElse(null);
        }
    }

    /// What a member may have at most in its log that it does not know to be committed.
    private static final long TAIL_BYTES_MAX = 1L << 30;

    /// Reads what the folders of a server that stands alone hold.
    public Restored recover(Events events, Metrics metrics) throws IOException {
        refuseUnfinished();
        long begin = System.nanoTime();
        return switch (Recovery.recover(data, log(), options())) {
            case Recovered.Refused refused -> throw new StartRefusedException(refused.message());
            case Recovered.Restored restored -> {
                recovered(restored, begin, events, metrics);
                yield new Restored(restored.tree(), restored.sessionTimeoutsMs());
            }
        };
    }

    /// Reads what the folders of a member of an ensemble hold.
    public MemberRecovered.Restored recoverMember(Events events, Metrics metrics) throws IOException {
        long begin = System.nanoTime();
        MemberRecovered result = MemberRecovery.recover(data, log(), options(), TAIL_BYTES_MAX);
        if (result instanceof MemberRecovered.Refused(var reason, boolean replaceable) && replaceable) {
            events.error(new Notice.DataDamaged(reason.place(), reason.reason()));
            result = MemberRecovery.recoverLost(data, log(), options());
        }
        return switch (result) {
            case MemberRecovered.Refused(var reason, var _) -> throw new StartRefusedException(reason.message());
            case MemberRecovered.Restored restored -> {
                recovered(restored.state(), begin, events, metrics);
                yield restored;
            }
        };
    }

    /// A server that stands alone takes all that is in the log for committed.
    private void refuseUnfinished() throws IOException {
        String unfinished = MemberRecovery.unfinished(data);
        if (unfinished != null) {
            throw new StartRefusedException(dataPath + ": this is the folder of a member of an ensemble, which "
                    + unfinished + ". Start it as a member once, until it has found the others, or start with an empty"
                    + " folder. Nothing was changed.");
        }
    }

    private Recovery.Options options() {
        ServerConfig.Storage storage = config.storage();
        boolean emptyAllowed = storage.startEmpty() || Files.exists(initialize());
        return new Recovery.Options(treeOptions(), storage.trustEmptySnapshot(), emptyAllowed, compression());
    }

    private Path initialize() {
        return config.storage().logDir().resolve(INITIALIZE);
    }

    private void recovered(Recovered.Restored restored, long beginNs, Events events, Metrics metrics)
            throws IOException {
        Counter mismatches = metrics.counter("digest_mismatches_count");
        for (RecoveryNote note : restored.notes()) {
            tell(note, events);
            if (note instanceof RecoveryNote.DigestMismatch) {
                mismatches.increment();
            }
        }
        Files.deleteIfExists(initialize());
        metrics.summary("dbinittime").add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beginNs));
        metrics.summary("startup_txns_loaded").add(restored.replayed());
    }

    private void tell(RecoveryNote note, Events events) {
        if (!(note instanceof RecoveryNote.StartedEmpty)) {
            events.warn((Record) note);
        } else if (isNew) {
            events.info(new Notice.StartedEmpty(dataPath.toString(), "the folder is new"));
        } else {
            // Right for a new server, but it may also be that a disk is not mounted, or that files are lost.
            events.warn(new Notice.StartedEmpty(dataPath.toString(), "there was no data in it"));
        }
    }

    public TreeOptions treeOptions() {
        TreeOptions defaults = TreeOptions.defaults();
        return new TreeOptions(
                config.tree().digest(),
                config.tree().extendedTypes(),
                config.tree().emulate353Ttl(),
                defaults.listingBytesMax(),
                new SecureRandom().nextLong());
    }

    private Compression compression() {
        return config.storage().snapshots().compression();
    }

    /// Opens the log of a server that stands alone.
    public TxnLog openLog(long lastZxid) throws IOException {
        return TxnLog.open(log(), logOptions(config.storage().log().force()), lastZxid);
    }

    /// Opens the log of a member, which syncs whatever the configuration says: its word counts for others.
    public MemberLog openLog(MemberRecovered.Restored restored) throws IOException {
        return MemberLog.open(data, log(), logOptions(true), restored);
    }

    private TxnLog.Options logOptions(boolean forced) {
        ServerConfig.Log log = config.storage().log();
        return new TxnLog.Options(
                log.preallocBytes(), forced, BATCH_BYTES_MAX, log.fileBytesMax(), new SecureRandom().nextLong());
    }

    /// The folder of the snapshots.
    public Disk snapshotDisk() {
        return data;
    }

    public Snapshots snapshots() {
        return new Snapshots(data, compression());
    }

    /// Removes what is older than the newest `keep` snapshots need; returns the number of files.
    public int purge(int keep) throws IOException {
        return purge.run(keep).files().size();
    }

    /// Removes what snapshots of leaders have replaced; returns the number of files.
    public int forgetReplaced() throws IOException {
        return Purge.forgetReplaced(data, log());
    }

    /// The space that is left where there is less.
    public long usableBytes() throws IOException {
        return Math.min(data.usableBytes(), log().usableBytes());
    }

    public Path dataPath() {
        return dataPath;
    }

    public Path logPath() {
        return logPath;
    }

    public long dataBytes() {
        return bytes(dataPath);
    }

    public long logBytes() {
        return bytes(logPath);
    }

    private static long bytes(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        } catch (IOException e) {
            // Files come and go; the size is for information only.
            return 0;
        }
    }

    private FileDisk log() {
        return separateLog == null ? data : separateLog;
    }

    @Override
    public void close() throws IOException {
        data.close();
        if (separateLog != null) {
            separateLog.close();
        }
    }
}
