// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.storage;

import java.util.List;

/// What an operator is told to do when recovery refuses to start.
final class Remedies {

    private static final String CUT = "copy the folder, then cut the file at this byte (truncate -s BYTE FILE), and"
            + " remove all log.* files that follow it and the file " + SyncMark.NAME + " next to them.";
    static final String CORRUPT = "Nothing was changed. What comes behind this place was acknowledged to clients and"
            + " would be lost by cutting the log here. Take the file from a backup or, if this was a member of an"
            + " ensemble, start it with an empty data folder so that it fetches everything from the others. Only to"
            + " give up what follows: " + CUT;
    static final String LOST_RECORDS = "Nothing was changed. The folder looks half copied, or files were removed from"
            + " it. Put the missing log.* and snapshot.* files back, from the place it was copied from or from a"
            + " backup.";
    static final String UNREPLAYABLE = "Nothing was changed. To give up this record and what follows it: " + CUT;
    static final String NO_SNAPSHOT = "Nothing was changed. Put the snapshot.* files back; if this is an upgrade from"
            + " 3.4 that never wrote one, set snapshot.trust.empty=true for one start.";
    static final String EMPTIED = "Nothing was changed. If the data folder or dataLogDir in the configuration is wrong,"
            + " correct it; if files were removed or not copied, put them back. If it shall start empty, remove"
            + " everything in the folder.";
    static final String EMPTY_NOT_ALLOWED = "The configuration has db.autocreate=false. If it shall start empty, make a"
            + " file named initialize next to version-2.";
    static final String MIXED = "dataDir and dataLogDir are two folders; the first holds snapshots only, the second"
            + " logs only. Move the files, or correct the configuration.";
    static final String TTL = "Nothing was changed. These are znodes with a time to live, or ephemeral ones of a lost"
            + " session, and starting would delete them. Set extendedTypesEnabled=true.";
    static final String SNAPSHOTS =
            "Nothing was changed. Put a good snapshot and all the logs that follow it back from a" + " backup.";
    static final String LONG_TAIL =
            "Nothing was changed. Start the server with a larger heap and a higher limit or, if the"
                    + " other members of the ensemble are well, with an empty data folder.";
    static final String MARK =
            "Nothing was changed. Put the missing log.* files back. If an older backup was restored on"
                    + " purpose, or an Apache ensemble truncated this log, remove the file " + SyncMark.NAME
                    + " in the log folder.";

    /// Those of refusals in which something is wrong with the files themselves.
    static final List<String> OF_DAMAGE = List.of(CORRUPT, LOST_RECORDS, NO_SNAPSHOT, EMPTIED, SNAPSHOTS, MARK);

    private Remedies() {}
}
