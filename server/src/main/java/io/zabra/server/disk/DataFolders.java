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
import io.zabra.storage.Compression;
import io.zabra.storage.DataFile;
import io.zabra.storage.Purge;
import io.zabra.storage.Recovered;
import io.zabra.storage.Recovery;
import io.zabra.storage.RecoveryNote;
import io.zabra.storage.Snapshots;
import io.zabra.storage.TxnLog;
import io.zabra.storage.file.FileDisk;
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
        boolean isNew = !Files.exists(storage.dataDir());
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

    /// Reads what the folders hold.
    public Restored recover(Events events, Metrics metrics) throws IOException {
        long begin = System.nanoTime();
        ServerConfig.Storage storage = config.storage();
        Path initialize = storage.logDir().resolve(INITIALIZE);
        boolean emptyAllowed = storage.startEmpty() || Files.exists(initialize);
        Recovered recovered = Recovery.recover(
                data,
                log(),
                new Recovery.Options(treeOptions(), storage.trustEmptySnapshot(), emptyAllowed, compression()));
        return switch (recovered) {
            case Recovered.Refused refused -> throw new StartRefusedException(refused.message());
            case Recovered.Restored restored -> {
                Counter mismatches = metrics.counter("digest_mismatches_count");
                for (RecoveryNote note : restored.notes()) {
                    tell(note, events);
                    if (note instanceof RecoveryNote.DigestMismatch) {
                        mismatches.increment();
                    }
                }
                Files.deleteIfExists(initialize);
                metrics.summary("dbinittime").add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
                metrics.summary("startup_txns_loaded").add(restored.replayed());
                yield new Restored(restored.tree(), restored.sessionTimeoutsMs());
            }
        };
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

    private TreeOptions treeOptions() {
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

    public TxnLog openLog(long lastZxid) throws IOException {
        ServerConfig.Log log = config.storage().log();
        return TxnLog.open(
                log(),
                new TxnLog.Options(
                        log.preallocBytes(),
                        log.force(),
                        BATCH_BYTES_MAX,
                        log.fileBytesMax(),
                        new SecureRandom().nextLong()),
                lastZxid);
    }

    public Snapshots snapshots() {
        return new Snapshots(data, compression());
    }

    /// Removes what is older than the newest `keep` snapshots need; returns the number of files.
    public int purge(int keep) throws IOException {
        return purge.run(keep).files().size();
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
