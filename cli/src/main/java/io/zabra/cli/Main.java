// SPDX-License-Identifier: Apache-2.0
// Copyright The Zabra Authors
package io.zabra.cli;

import io.zabra.client.ClientLimits;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Callable;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `./zabra shell`: runs the command on its command line, or a session of typed commands.
@Command(
        name = "zabra shell",
        description = "Looks at and changes the znodes of an ensemble. Without a command, reads commands until quit.",
        footer = {"", "What is typed is remembered in ~/.zabra_history, but for addauth, which holds passwords."},
        sortOptions = false,
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class)
public final class Main implements Callable<Integer> {

    private static final String DEFAULT_SERVER = "localhost:2181";
    private static final String DEFAULT_TIMEOUT_MS = "30000";

    @Option(
            names = "-server",
            paramLabel = "host:port",
            defaultValue = DEFAULT_SERVER,
            description = "Servers, with commas between, and a chroot (default: ${DEFAULT-VALUE}).")
    private String server = DEFAULT_SERVER;

    @Option(
            names = "-timeout",
            paramLabel = "ms",
            defaultValue = DEFAULT_TIMEOUT_MS,
            description = "Session timeout (default: ${DEFAULT-VALUE}).")
    private int timeoutMs;

    @Option(names = "-r", description = "Also take a server that has lost its ensemble and only answers reads.")
    private boolean readOnly;

    @Option(names = "-waitforconnection", description = "Give up when no server is reached within the timeout.")
    private boolean waitForConnection;

    @Option(names = "-client-configuration", paramLabel = "file", description = "Properties of the client.")
    private @Nullable Path clientConfiguration;

    @Parameters(paramLabel = "command", arity = "0..*", description = "A command to run, with its arguments.")
    private List<String> command = new ArrayList<>();

    private final PrintStream out;
    private final PrintStream err;

    Main(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    public static void main(String[] args) {
        System.exit(run(args, System.out, System.err));
    }

    /// Runs the shell and gives the exit code: 0 if the last command worked, 1 if not, 2 for wrong options, 127 for a
    /// command that does not exist.
    static int run(String[] args, PrintStream out, PrintStream err) {
        return new picocli.CommandLine(new Main(out, err))
                .setStopAtPositional(true)
                .setUnmatchedOptionsArePositionalParams(false)
                .setOut(new PrintWriter(out, true, Charset.defaultCharset()))
                .setErr(new PrintWriter(err, true, Charset.defaultCharset()))
                .execute(args);
    }

    /// The version of this build, as `--version` and the command `version` show it.
    static final class Version implements IVersionProvider {

        static String own() {
            String own = Main.class.getPackage().getImplementationVersion();
            return own == null ? "development build" : own;
        }

        @Override
        public String[] getVersion() {
            return new String[] {"Zabra shell " + own() + ", for ZooKeeper 3.9 servers"};
        }
    }

    @Override
    public Integer call() throws InterruptedException, IOException {
        ShellOptions options;
        try {
            options = new ShellOptions(server, timeoutMs, readOnly, waitForConnection, limits());
        } catch (IllegalArgumentException | IOException e) {
            err.println(e.getMessage());
            return ExitCode.USAGE;
        }
        try (Shell shell = new Shell(options, out, err)) {
            out.println("Connecting to " + server);
            try {
                shell.connect(server);
            } catch (ShellFailure | IllegalArgumentException e) {
                err.println(e.getMessage());
                return ExitCode.SOFTWARE;
            }
            if (!command.isEmpty()) {
                shell.run(command);
            } else if (isTyped()) {
                typed(shell);
            } else {
                piped(shell);
            }
            return shell.exitCode();
        }
    }

    /// What a client configuration of Apache's can say that means something here.
    private ClientLimits limits() throws IOException {
        if (clientConfiguration == null) {
            return ClientLimits.DEFAULT;
        }
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(clientConfiguration)) {
            properties.load(in);
        } catch (IOException e) {
            throw new IOException("Cannot read the client configuration " + clientConfiguration + ": " + e, e);
        }
        if (Boolean.parseBoolean(properties.getProperty("zookeeper.client.secure"))) {
            throw new IOException("zookeeper.client.secure: TLS is not supported yet");
        }
        String maxBuffer = properties.getProperty("jute.maxbuffer");
        ClientLimits standard = ClientLimits.DEFAULT;
        return maxBuffer == null
                ? standard
                : new ClientLimits(
                        standard.maxOutstandingRequests(),
                        standard.maxOutstandingBytes(),
                        Integer.decode(maxBuffer.trim()),
                        Math.max(standard.maxReplyBytes(), Integer.decode(maxBuffer.trim())),
                        standard.maxUndeliveredEvents());
    }

    /// True if a user sits at a terminal. The console can be null after all, with `-Djdk.console=java.base`.
    @SuppressWarnings("SystemConsoleNull")
    private static boolean isTyped() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    private void typed(Shell shell) throws IOException, InterruptedException {
        out.println("Welcome to Zabra!");
        try (Terminal terminal = TerminalBuilder.builder().system(true).build()) {
            Path history = Path.of(System.getProperty("user.home"), ".zabra_history");
            LineReader reader = reader(terminal, history)
                    .completer(new ZnodeCompleter(shell))
                    .build();
            while (!shell.hasQuit()) {
                try {
                    shell.execute(reader.readLine(shell.prompt()));
                } catch (UserInterruptException e) {
                    // Ctrl-C drops the line that is being typed.
                    out.println();
                } catch (EndOfFileException e) {
                    return;
                }
            }
        }
    }

    static LineReaderBuilder reader(Terminal terminal, Path history) {
        return LineReaderBuilder.builder()
                .terminal(terminal)
                .history(new TypedHistory())
                .variable(LineReader.HISTORY_FILE, history)
                // An exclamation mark is data, not history.
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true);
    }

    private static void piped(Shell shell) throws IOException, InterruptedException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
        for (String line = lines.readLine(); line != null && !shell.hasQuit(); line = lines.readLine()) {
            shell.execute(line);
        }
    }
}
