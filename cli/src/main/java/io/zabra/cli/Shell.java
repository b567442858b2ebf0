// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.cli;

import io.zabra.client.SessionState;
import io.zabra.client.WatchEvent;
import io.zabra.client.Watcher;
import io.zabra.client.ZabraClient;
import io.zabra.client.ZabraException;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A shell: one connection, a history, and the commands that are typed, run one after another.
///
/// Replaces Apache's `ZooKeeperMain`. Not for several threads; watch events are printed by the client's executor.
final class Shell implements AutoCloseable {

    /// How many commands `history` goes back.
    private static final int HISTORY_SHOWN = 10;

    /// How a server treats clients as long as it has no leader; it has no words for that.
    private static final String CLOSED = ": The server closed the connection";

    private final ShellOptions options;
    private final PrintStream out;
    private final PrintStream err;
    private final Watcher watcher = this::print;

    /// Lines by their number; null where a line never was a command of its own.
    private final List<String> history = new ArrayList<>();

    private volatile boolean printsWatches = true;
    private volatile boolean quiet;
    private String explained = "";
    private String host = "";
    private @Nullable ZabraClient client;
    private int exitCode;
    private boolean quit;

    Shell(ShellOptions options, PrintStream out, PrintStream err) {
        this.options = options;
        this.out = out;
        this.err = err;
    }

    /// Connects, or throws [ShellFailure] if that is waited for and does not come about.
    void connect(String server) throws ShellFailure, InterruptedException {
        ZabraClient before = client;
        if (before != null && before.state().isAlive()) {
            before.close();
        }
        host = server;
        ZabraClient fresh = ZabraClient.builder(server)
                .sessionTimeoutMs(options.timeoutMs())
                .readOnlyAllowed(options.readOnly())
                .limits(options.limits())
                .onState(this::print)
                .onConnectionFailure(this::explain)
                .connect();
        client = fresh;
        if (options.waitForConnection() && !fresh.blocking().awaitConnected(Duration.ofMillis(options.timeoutMs()))) {
            fresh.close();
            throw new ShellFailure("KeeperErrorCode = ConnectionLoss");
        }
    }

    @Nullable
    ZabraClient client() {
        return client;
    }

    int exitCode() {
        return exitCode;
    }

    /// True once `quit` was typed.
    boolean hasQuit() {
        return quit;
    }

    String prompt() {
        return "[zk: " + host + "(" + stateName() + ") " + history.size() + "] ";
    }

    private String stateName() {
        ZabraClient present = client;
        return switch (present == null ? SessionState.CLOSED : present.state()) {
            case CONNECTING, DISCONNECTED -> "CONNECTING";
            case CONNECTED -> "CONNECTED";
            case CONNECTED_READ_ONLY -> "CONNECTEDREADONLY";
            case EXPIRED, CLOSED -> "CLOSED";
            case AUTH_FAILED -> "AUTH_FAILED";
        };
    }

    /// Runs a line and remembers it. Lines without a word are nothing.
    void execute(String line) throws InterruptedException {
        List<String> words = CommandLine.split(line);
        if (!words.isEmpty()) {
            history.add(line);
            run(words);
        }
    }

    /// Runs a command; what goes wrong is printed and decides the exit code.
    void run(List<String> words) throws InterruptedException {
        try {
            dispatch(words);
            exitCode = 0;
        } catch (ShellFailure e) {
            complain(e);
        } catch (ZabraException e) {
            reasons(e);
            complain(ShellFailure.of(e));
        } catch (IllegalArgumentException e) {
            complain(new ShellFailure(String.valueOf(e.getMessage())));
        }
    }

    /// Tells what is behind a lost connection: the failure itself is but the end of it.
    private void reasons(ZabraException failure) {
        Throwable cause = failure.getCause();
        while (cause != null && !(cause instanceof IOException)) {
            cause = cause.getCause();
        }
        if (cause instanceof IOException reason) {
            explain(reason);
        }
    }

    /// Says why there is no connection; once, however often it is tried. Any thread.
    private synchronized void explain(IOException reason) {
        String text = String.valueOf(reason.getMessage());
        if (!quiet && !text.equals(explained)) {
            explained = text;
            err.println(text);
            if (text.endsWith(CLOSED)) {
                err.println("It may have no leader: what it answers to the four-letter word srvr tells.");
            }
        }
    }

    private void complain(ShellFailure failure) {
        exitCode = failure.exitCode();
        err.println(failure.getMessage());
    }

    private void dispatch(List<String> words) throws ShellFailure, InterruptedException {
        String name = words.get(0);
        if (!Commands.exists(name)) {
            err.print(Commands.help());
            throw new ShellFailure("Command not found: Command not found " + name, ShellFailure.NOT_FOUND);
        }
        switch (name) {
            case "quit" -> quit();
            case "redo" -> redo(words);
            case "history" -> printHistory();
            case "printwatches" -> switchWatches(words);
            case "connect" -> connect(words.size() > 1 ? words.get(1) : host);
            default -> onNodes(words);
        }
    }

    private void onNodes(List<String> words) throws ShellFailure, InterruptedException {
        ZabraClient present = client;
        if (present == null || !present.state().isAlive()) {
            out.println("Not connected");
            return;
        }
        ShellCommand command = Commands.find(words.get(0)).orElseThrow();
        CommandLine line = CommandLine.parse(words, command.options());
        if (line.words().size() < command.wordsMin()) {
            throw new ShellFailure(usage(command));
        }
        command.action().run(new Invocation(words, line, present, watcher, new Invocation.Output(out, err)));
    }

    /// Two commands show their options as well.
    private static String usage(ShellCommand command) {
        boolean long_ = command.name().equals("get") || command.name().equals("set");
        return long_ ? command.usage() + "\n" + CommandOption.help(command.options()) : command.usage();
    }

    private void quit() {
        close();
        quit = true;
    }

    private void redo(List<String> words) throws ShellFailure, InterruptedException {
        if (words.size() < 2) {
            return;
        }
        int number = Integer.decode(words.get(1));
        int last = history.size() - 1;
        if (number < 0 || number >= last) {
            throw new ShellFailure("Command index out of range");
        }
        List<String> again = CommandLine.split(history.get(number));
        if (again.get(0).equals("redo")) {
            throw new ShellFailure("No redoing redos");
        }
        history.set(last, history.get(number));
        dispatch(again);
    }

    private void printHistory() {
        int last = history.size() - 1;
        for (int i = Math.max(0, last - HISTORY_SHOWN); i <= last; i++) {
            out.println(i + " - " + history.get(i));
        }
    }

    private void switchWatches(List<String> words) {
        if (words.size() == 1) {
            out.println("printwatches is " + (printsWatches ? "on" : "off"));
        } else {
            printsWatches = words.get(1).equals("on");
        }
    }

    private void print(SessionState state) {
        if (state.isConnected()) {
            synchronized (this) {
                explained = "";
            }
        }
        String name = switch (state) {
            case CONNECTED -> "SyncConnected";
            case CONNECTED_READ_ONLY -> "ConnectedReadOnly";
            case CONNECTING, DISCONNECTED -> "Disconnected";
            case EXPIRED -> "Expired";
            case AUTH_FAILED -> "AuthFailed";
            case CLOSED -> "Closed";
        };
        printEvent("WatchedEvent state:" + name + " type:None path:null zxid: -1");
    }

    private void print(WatchEvent event) {
        String type = switch (event.type()) {
            case NODE_CREATED -> "NodeCreated";
            case NODE_DELETED -> "NodeDeleted";
            case NODE_DATA_CHANGED -> "NodeDataChanged";
            case NODE_CHILDREN_CHANGED -> "NodeChildrenChanged";
            case DATA_WATCH_REMOVED -> "DataWatchRemoved";
            case CHILD_WATCH_REMOVED -> "ChildWatchRemoved";
            case PERSISTENT_WATCH_REMOVED -> "PersistentWatchRemoved";
            // Not events of zkCli; the change of the session's state is shown anyway.
            case WATCH_RESTORED, EVENTS_LOST -> "";
        };
        if (!type.isEmpty()) {
            printEvent("WatchedEvent state:SyncConnected type:" + type + " path:" + event.path() + " zxid: "
                    + event.zxid());
        }
    }

    private void printEvent(String text) {
        if (printsWatches && !quiet) {
            out.println("\nWATCHER::\n\n" + text);
        }
    }

    /// Ends the session. Nothing is printed from here on.
    @Override
    public void close() {
        quiet = true;
        ZabraClient present = client;
        if (present != null) {
            present.close();
        }
    }
}
