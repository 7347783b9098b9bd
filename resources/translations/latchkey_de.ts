<?xml version="1.0" encoding="utf-8"?>
<!-- SPDX-FileCopyrightText: Latchkey contributors -->
<!-- SPDX-License-Identifier: GPL-2.0-or-later -->
<!DOCTYPE TS>
<TS version="2.1" language="de_DE">
<context>
    <name>ActivityPage</name>
    <message>
        <source>Activity</source>
        <translation>Aktivität</translation>
    </message>
    <message>
        <source>Stop all apps</source>
        <translation>Alle Apps beenden</translation>
    </message>
    <message>
        <source>Running apps</source>
        <translation>Laufende Apps</translation>
    </message>
    <message>
        <source>No app runs.</source>
        <translation>Es läuft keine App.</translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>Was geschah</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Anzeigen</translation>
    </message>
    <message>
        <source>Find</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>Nichts gefunden</translation>
    </message>
    <message>
        <source>Nothing has happened yet. What apps ask for and use, and what you answer, appears here.</source>
        <translation>Noch ist nichts geschehen. Was Apps wollen und benutzen und was Sie antworten, erscheint hier.</translation>
    </message>
    <message>
        <source>No app has used the network in the last minute.</source>
        <translation>In der letzten Minute hat keine App das Netz benutzt.</translation>
    </message>
</context>
<context>
    <name>AddMachineSheet</name>
    <message>
        <source>Both machines are here</source>
        <translation>Beide Rechner sind hier</translation>
    </message>
    <message>
        <source>An invitation</source>
        <translation>Eine Einladung</translation>
    </message>
    <message>
        <source>Use an invitation</source>
        <translation>Eine Einladung annehmen</translation>
    </message>
    <message>
        <source>Does the other screen show the same four words?</source>
        <translation>Zeigt der andere Bildschirm dieselben vier Wörter?</translation>
    </message>
    <message>
        <source>Waiting for the other screen</source>
        <translation>Warten auf den anderen Bildschirm</translation>
    </message>
    <message>
        <source>Nothing was added</source>
        <translation>Es wurde nichts hinzugefügt</translation>
    </message>
    <message>
        <source>Paired. It can see nothing yet.</source>
        <translation>Hinzugefügt. Er sieht noch nichts.</translation>
    </message>
    <message>
        <source>Add a machine</source>
        <translation>Rechner hinzufügen</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Join</source>
        <translation>Annehmen</translation>
    </message>
    <message>
        <source>Compare with the next</source>
        <translation>Mit dem nächsten vergleichen</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
    <message>
        <source>They differ</source>
        <translation>Sie sind verschieden</translation>
    </message>
    <message>
        <source>Counts in a moment</source>
        <translation>Zählt gleich</translation>
    </message>
    <message>
        <source>The words match</source>
        <translation>Die Wörter sind gleich</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Adding gives it nothing. What it may use you decide later, thing by thing.</source>
        <translation>Damit bekommt er noch nichts. Was er benutzen darf, bestimmen Sie später, Stück für Stück.</translation>
    </message>
    <message>
        <source>Both screens show four words; you look whether they are the same.</source>
        <translation>Beide Bildschirme zeigen vier Wörter; Sie sehen nach, ob es dieselben sind.</translation>
    </message>
    <message>
        <source>The other one is far away</source>
        <translation>Der andere ist weit weg</translation>
    </message>
    <message>
        <source>You send its person an invitation: a link that works once.</source>
        <translation>Sie schicken der Person dort eine Einladung: einen Link, der einmal gilt.</translation>
    </message>
    <message>
        <source>I was sent an invitation</source>
        <translation>Ich habe eine Einladung bekommen</translation>
    </message>
    <message>
        <source>You paste the link, or open the file.</source>
        <translation>Sie fügen den Link ein oder öffnen die Datei.</translation>
    </message>
    <message>
        <source>You said that the words match. The machine is added as soon as that was said on the other screen too.</source>
        <translation>Sie haben gesagt, dass die Wörter gleich sind. Der Rechner wird hinzugefügt, sobald das auch am anderen Bildschirm gesagt ist.</translation>
    </message>
</context>
<context>
    <name>AddedStep</name>
    <message>
        <source>Your name for this machine</source>
        <translation>Ihr Name für diesen Rechner</translation>
    </message>
    <message>
        <source>This is your own name for it, and its colour. What you share with it you see under Machines and Keys, and can take back there.</source>
        <translation>Das ist Ihr eigener Name für ihn und seine Farbe. Was Sie mit ihm teilen, sehen Sie unter Rechner und Schlüssel und können es dort zurücknehmen.</translation>
    </message>
</context>
<context>
    <name>AfreshSheet</name>
    <message>
        <source>Let %1 start afresh?</source>
        <translation>%1 neu beginnen lassen?</translation>
    </message>
    <message>
        <source>It begins as if it had never been started here: without its settings, sign-ins and own files. Your files and what it may use stay as they are.</source>
        <translation>Sie beginnt, als wäre sie hier nie gestartet worden: ohne ihre Einstellungen, Anmeldungen und eigenen Dateien. Ihre Dateien und was sie benutzen darf bleiben, wie sie sind.</translation>
    </message>
    <message>
        <source>What it has now is put aside and can be brought back. What was put aside before is deleted.</source>
        <translation>Was sie jetzt hat, wird beiseitegelegt und kann zurückgeholt werden. Früher Beiseitegelegtes wird gelöscht.</translation>
    </message>
    <message>
        <source>What it has now is put aside and can be brought back.</source>
        <translation>Was sie jetzt hat, wird beiseitegelegt und kann zurückgeholt werden.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Start afresh</source>
        <translation>Neu beginnen</translation>
    </message>
</context>
<context>
    <name>AmountField</name>
    <message>
        <source>no limit</source>
        <translation>keine Grenze</translation>
    </message>
    <message>
        <source>MB</source>
        <translation>MB</translation>
    </message>
</context>
<context>
    <name>AnswerControls</name>
    <message>
        <source>Access</source>
        <translation>Zugriff</translation>
    </message>
    <message>
        <source>For</source>
        <comment>for how long</comment>
        <translation>Dauer</translation>
    </message>
    <message>
        <source>For how long</source>
        <translation>Wie lange</translation>
    </message>
    <message>
        <source>Opens</source>
        <comment>what an answer opens</comment>
        <translation>Öffnet</translation>
    </message>
    <message>
        <source>What it opens</source>
        <translation>Was es öffnet</translation>
    </message>
    <message>
        <source>Ends</source>
        <translation>Endet</translation>
    </message>
    <message>
        <source>Full speed; whatever is in it stays reachable until the app closes</source>
        <translation>Volles Tempo; was darin liegt, bleibt erreichbar, bis sich die App schließt</translation>
    </message>
    <message>
        <source>Speed</source>
        <comment>of a folder</comment>
        <translation>Tempo</translation>
    </message>
    <message>
        <source>full</source>
        <translation>voll</translation>
    </message>
</context>
<context>
    <name>AnsweredRow</name>
    <message>
        <source>%1, %2, %3: %4</source>
        <translation>%1, %2, %3: %4</translation>
    </message>
</context>
<context>
    <name>AppMenu</name>
    <message>
        <source>Start</source>
        <translation>Starten</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Start as “%1”</source>
        <translation>Als „%1“ starten</translation>
    </message>
    <message>
        <source>Start with a new profile…</source>
        <translation>Mit neuem Profil starten …</translation>
    </message>
    <message>
        <source>Always start with Latchkey</source>
        <translation>Immer mit Latchkey starten</translation>
    </message>
    <message>
        <source>What it may use…</source>
        <translation>Was sie benutzen darf …</translation>
    </message>
    <message>
        <source>Try – decide later</source>
        <translation>Ausprobieren – später entscheiden</translation>
    </message>
    <message>
        <source>Go back to version %1</source>
        <translation>Zurück zu Version %1</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>Entfernen …</translation>
    </message>
</context>
<context>
    <name>AppOptions</name>
    <message>
        <source>%1 also wants to know:</source>
        <translation>%1 möchte auch wissen:</translation>
    </message>
</context>
<context>
    <name>AppPage</name>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Your name for this app</source>
        <translation>Ihr Name für diese App</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Starten</translation>
    </message>
    <message>
        <source>Has</source>
        <translation>Hat</translation>
    </message>
    <message>
        <source>Asked</source>
        <translation>Gefragt</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>Daten</translation>
    </message>
    <message>
        <source>Limits</source>
        <translation>Grenzen</translation>
    </message>
    <message>
        <source>Give access to the network…</source>
        <translation>Zugang zum Netz geben …</translation>
    </message>
</context>
<context>
    <name>AppPick</name>
    <message>
        <source>Find an app</source>
        <translation>App finden</translation>
    </message>
    <message>
        <source>Apps</source>
        <translation>Apps</translation>
    </message>
    <message>
        <source>%1, running</source>
        <translation>%1, läuft</translation>
    </message>
    <message>
        <source>running</source>
        <translation>läuft</translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>Nichts gefunden</translation>
    </message>
</context>
<context>
    <name>AppTile</name>
    <message numerus="yes">
        <source>runs; holds %Ln thing(s)</source>
        <translation>
            <numerusform>läuft; hat %Ln Ding</numerusform>
            <numerusform>läuft; hat %Ln Dinge</numerusform>
        </translation>
    </message>
    <message>
        <source>holds nothing</source>
        <translation>hat nichts</translation>
    </message>
    <message>
        <source>More about %1</source>
        <translation>Mehr zu %1</translation>
    </message>
</context>
<context>
    <name>AppsPage</name>
    <message>
        <source>Apps</source>
        <translation>Apps</translation>
    </message>
    <message>
        <source>Find an app, or type a command</source>
        <translation>App suchen oder Befehl eingeben</translation>
    </message>
    <message>
        <source>No apps found</source>
        <translation>Keine Apps gefunden</translation>
    </message>
    <message>
        <source>Apps that are installed on this computer appear here. You can also drop a bundle or an AppImage on this window, or type a command above.</source>
        <translation>Hier erscheinen die Apps, die auf diesem Rechner installiert sind. Sie können auch ein Bündel oder ein AppImage in dieses Fenster ziehen oder oben einen Befehl eingeben.</translation>
    </message>
    <message>
        <source>Updates: %L1</source>
        <translation>Neueres: %L1</translation>
    </message>
    <message>
        <source>Updates</source>
        <translation>Neueres</translation>
    </message>
    <message numerus="yes">
        <source>Updates, %Ln waiting</source>
        <translation>
            <numerusform>Neueres, %Ln wartet</numerusform>
            <numerusform>Neueres, %Ln warten</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>AskSheet</name>
    <message>
        <source>Ask %1 for something</source>
        <translation>%1 um etwas bitten</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Asking…</source>
        <translation>Wird gefragt…</translation>
    </message>
    <message>
        <source>Ask</source>
        <translation>Fragen</translation>
    </message>
    <message>
        <source>For</source>
        <comment>a thing</comment>
        <translation>Um</translation>
    </message>
    <message>
        <source>Called</source>
        <translation>Heißt</translation>
    </message>
    <message>
        <source>As far as you know; they pick which</source>
        <translation>Soweit bekannt; ausgesucht wird dort</translation>
    </message>
    <message>
        <source>What it is called</source>
        <translation>Wie es heißt</translation>
    </message>
    <message>
        <source>To</source>
        <comment>for what purpose</comment>
        <translation>Zum</translation>
    </message>
    <message>
        <source>How long</source>
        <translation>Wie lange</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Warum</translation>
    </message>
    <message>
        <source>In a few words, for them to read</source>
        <translation>In ein paar Worten, die dort gelesen werden</translation>
    </message>
    <message>
        <source>Why you ask</source>
        <translation>Warum Sie fragen</translation>
    </message>
    <message>
        <source>%1 is not connected: it is asked when it is.</source>
        <translation>%1 ist nicht verbunden und wird gefragt, sobald er es ist.</translation>
    </message>
    <message>
        <source>The question appears on the screen of %1. What its person gives you is yours at once.</source>
        <translation>Die Frage erscheint auf dem Bildschirm von %1. Was Ihnen dort gegeben wird, haben Sie sofort.</translation>
    </message>
</context>
<context>
    <name>AskedList</name>
    <message>
        <source>You asked for</source>
        <translation>Sie haben gebeten um</translation>
    </message>
    <message>
        <source>Take back</source>
        <translation>Zurücknehmen</translation>
    </message>
</context>
<context>
    <name>AvailableList</name>
    <message>
        <source>Available, not installed</source>
        <translation>Erhältlich, nicht installiert</translation>
    </message>
</context>
<context>
    <name>AvailableRow</name>
    <message>
        <source>%1, not installed</source>
        <translation>%1, nicht installiert</translation>
    </message>
    <message>
        <source>Its author says: “%1”</source>
        <translation>Der Autor sagt: „%1“</translation>
    </message>
    <message>
        <source>“%1”</source>
        <translation>„%1“</translation>
    </message>
</context>
<context>
    <name>Banner</name>
    <message>
        <source>Turn it on again</source>
        <translation>Wieder einschalten</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Anzeigen</translation>
    </message>
</context>
<context>
    <name>CareCard</name>
    <message>
        <source>Unblock</source>
        <translation>Nicht mehr sperren</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
    <message>
        <source>Forget it, then add it again…</source>
        <translation>Vergessen, dann neu hinzufügen …</translation>
    </message>
</context>
<context>
    <name>ChooserCard</name>
    <message>
        <source>Counts in a moment</source>
        <translation>Gilt gleich</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <comment>an app&apos;s name, what it wants</comment>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>Folder above</source>
        <translation>Ordner darüber</translation>
    </message>
    <message>
        <source>Search here</source>
        <translation>Hier suchen</translation>
    </message>
    <message>
        <source>Don&apos;t show hidden files</source>
        <translation>Verborgene Dateien nicht zeigen</translation>
    </message>
    <message>
        <source>Show hidden files</source>
        <translation>Verborgene Dateien zeigen</translation>
    </message>
    <message>
        <source>New folder…</source>
        <translation>Neuer Ordner …</translation>
    </message>
    <message>
        <source>Show</source>
        <comment>which kind of files</comment>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>Show: “%1”</source>
        <translation>Zeigen: „%1“</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
</context>
<context>
    <name>ChooserPlaces</name>
    <message>
        <source>Recent</source>
        <comment>files used lately</comment>
        <translation>Zuletzt benutzt</translation>
    </message>
    <message>
        <source>Home</source>
        <translation>Persönlich</translation>
    </message>
    <message>
        <source>Computer</source>
        <comment>the root of all folders</comment>
        <translation>Computer</translation>
    </message>
</context>
<context>
    <name>ChooserWindow</name>
    <message>
        <source>%1 asks</source>
        <translation>%1 fragt</translation>
    </message>
</context>
<context>
    <name>ClaimRow</name>
    <message>
        <source>Its author says: “%1”</source>
        <translation>Der Autor sagt: „%1“</translation>
    </message>
    <message>
        <source>“%1”</source>
        <translation>„%1“</translation>
    </message>
    <message>
        <source>Allow now</source>
        <translation>Jetzt erlauben</translation>
    </message>
</context>
<context>
    <name>CommandOffer</name>
    <message>
        <source>No app or command of that name.</source>
        <translation>Keine App und kein Befehl dieses Namens.</translation>
    </message>
    <message>
        <source>Or start the command “%1”</source>
        <translation>Oder den Befehl „%1“ starten</translation>
    </message>
    <message>
        <source>No app of that name. Start the command “%1”?</source>
        <translation>Keine App dieses Namens. Den Befehl „%1“ starten?</translation>
    </message>
    <message>
        <source>Start protected</source>
        <translation>Geschützt starten</translation>
    </message>
</context>
<context>
    <name>ConnectionRow</name>
    <message>
        <source>End</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Dieser Computer</translation>
    </message>
    <message>
        <source>Lets programs of this computer reach it</source>
        <translation>Lässt Programme dieses Computers darauf zugreifen</translation>
    </message>
    <message>
        <source>My network</source>
        <translation>Mein Netz</translation>
    </message>
    <message>
        <source>Lets other computers of your network reach it</source>
        <translation>Lässt andere Computer Ihres Netzes darauf zugreifen</translation>
    </message>
    <message>
        <source>Stop offering</source>
        <translation>Nicht mehr anbieten</translation>
    </message>
    <message>
        <source>A machine…</source>
        <translation>Ein Rechner …</translation>
    </message>
    <message>
        <source>Lets another machine use it</source>
        <translation>Lässt einen anderen Rechner es benutzen</translation>
    </message>
</context>
<context>
    <name>ConnectionsSheet</name>
    <message>
        <source>End all</source>
        <translation>Alle beenden</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Connected now</source>
        <translation>Jetzt verbunden</translation>
    </message>
</context>
<context>
    <name>DataTab</name>
    <message>
        <source>Settings and files that the app keeps for itself. It takes this folder for your home; nothing of yours is in it.</source>
        <translation>Einstellungen und Dateien, die die App für sich behält. Sie hält diesen Ordner für Ihren persönlichen Ordner; nichts von Ihnen liegt darin.</translation>
    </message>
</context>
<context>
    <name>EditSheet</name>
    <message>
        <source>Change this rule</source>
        <translation>Diese Regel ändern</translation>
    </message>
    <message>
        <source>App</source>
        <translation>App</translation>
    </message>
    <message>
        <source>App, or app@profile</source>
        <translation>App, oder App@Profil</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>Ort</translation>
    </message>
    <message>
        <source>How far</source>
        <translation>Wie weit</translation>
    </message>
    <message>
        <source>It may</source>
        <translation>Sie darf</translation>
    </message>
    <message>
        <source>How long</source>
        <translation>Wie lange</translation>
    </message>
    <message>
        <source>Keep even when unused</source>
        <translation>Auch unbenutzt behalten</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Sichern</translation>
    </message>
    <message>
        <source>Give access to the network</source>
        <translation>Zugang zum Netz geben</translation>
    </message>
    <message>
        <source>Give</source>
        <translation>Geben</translation>
    </message>
    <message>
        <source>It may reach</source>
        <translation>Sie darf erreichen</translation>
    </message>
    <message>
        <source>A second at most</source>
        <translation>Je Sekunde höchstens</translation>
    </message>
    <message>
        <source>A day at most</source>
        <translation>Am Tag höchstens</translation>
    </message>
    <message>
        <source>Ask again after</source>
        <translation>Wieder fragen nach</translation>
    </message>
</context>
<context>
    <name>FileRow</name>
    <message>
        <source>folder</source>
        <translation>Ordner</translation>
    </message>
</context>
<context>
    <name>FileTaking</name>
    <message>
        <source>A name cannot have “/” in it.</source>
        <translation>Ein Name kann kein „/“ enthalten.</translation>
    </message>
    <message>
        <source>This name means a folder.</source>
        <translation>Dieser Name bezeichnet einen Ordner.</translation>
    </message>
    <message>
        <source>This name is too long.</source>
        <translation>Dieser Name ist zu lang.</translation>
    </message>
    <message>
        <source>This name has characters that cannot be seen.</source>
        <translation>In diesem Namen sind Zeichen, die man nicht sieht.</translation>
    </message>
    <message>
        <source>%1 is not what it was any more. Look again.</source>
        <translation>%1 ist nicht mehr, was es war. Bitte noch einmal ansehen.</translation>
    </message>
    <message>
        <source>%1 belongs to Latchkey. No app can be given it.</source>
        <translation>%1 gehört Latchkey. Keine App kann es bekommen.</translation>
    </message>
    <message>
        <source>%1 is no longer there.</source>
        <translation>%1 ist nicht mehr da.</translation>
    </message>
    <message>
        <source>That is too much at once: at most %1.</source>
        <translation>Das ist zu viel auf einmal: höchstens %1.</translation>
    </message>
    <message>
        <source>%1 is no name of a file.</source>
        <translation>%1 ist kein Name einer Datei.</translation>
    </message>
    <message>
        <source>Nothing can be saved here.</source>
        <translation>Hier kann nichts gespeichert werden.</translation>
    </message>
    <message>
        <source>There is a folder called %1.</source>
        <translation>Es gibt einen Ordner namens %1.</translation>
    </message>
    <message>
        <source>%1 cannot be replaced.</source>
        <translation>%1 kann nicht ersetzt werden.</translation>
    </message>
    <message>
        <source>%1 is a link that leads nowhere.</source>
        <translation>%1 ist ein Verweis ins Leere.</translation>
    </message>
    <message>
        <source>This folder is gone.</source>
        <translation>Diesen Ordner gibt es nicht mehr.</translation>
    </message>
    <message>
        <source>There is something called %1.</source>
        <translation>Es gibt schon etwas namens %1.</translation>
    </message>
    <message>
        <source>The folder cannot be made: %1.</source>
        <translation>Der Ordner kann nicht angelegt werden: %1.</translation>
    </message>
</context>
<context>
    <name>FilesHeader</name>
    <message>
        <source>sorted, the last first</source>
        <translation>sortiert, das Letzte zuerst</translation>
    </message>
    <message>
        <source>sorted</source>
        <translation>sortiert</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Changed</source>
        <translation>Geändert</translation>
    </message>
</context>
<context>
    <name>FilesList</name>
    <message>
        <source>Folders</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>Dateien</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>Wird gelesen …</translation>
    </message>
    <message>
        <source>Nothing of that name here or below.</source>
        <translation>Nichts mit diesem Namen hier oder darunter.</translation>
    </message>
    <message>
        <source>No folders in here.</source>
        <translation>Hier sind keine Ordner.</translation>
    </message>
    <message>
        <source>Nothing here that fits.</source>
        <translation>Hier ist nichts, was passt.</translation>
    </message>
</context>
<context>
    <name>FindingsSheet</name>
    <message>
        <source>On this computer</source>
        <translation>Auf diesem Computer</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>FollowForm</name>
    <message>
        <source>Where it is</source>
        <translation>Wo es liegt</translation>
    </message>
    <message>
        <source>https://… or the path of a folder</source>
        <translation>https://… oder der Pfad eines Ordners</translation>
    </message>
    <message>
        <source>Its key, as its publisher told you</source>
        <translation>Sein Schlüssel, wie ihn der Herausgeber nennt</translation>
    </message>
    <message>
        <source>RW…</source>
        <translation>RW…</translation>
    </message>
    <message>
        <source>From a file…</source>
        <translation>Aus einer Datei …</translation>
    </message>
    <message>
        <source>Compare it with what its publisher shows. Who has this key decides what you can install from there:</source>
        <translation>Vergleichen Sie ihn mit dem, den der Herausgeber zeigt. Wer diesen Schlüssel hat, bestimmt, was Sie von dort installieren können:</translation>
    </message>
    <message>
        <source>Key %1</source>
        <translation>Schlüssel %1</translation>
    </message>
    <message>
        <source>Asking it…</source>
        <translation>Es wird gefragt …</translation>
    </message>
    <message>
        <source>Following installs nothing.</source>
        <translation>Durch das Folgen wird nichts installiert.</translation>
    </message>
    <message>
        <source>Open a key</source>
        <translation>Einen Schlüssel öffnen</translation>
    </message>
</context>
<context>
    <name>GiverCard</name>
    <message>
        <source>Counts in a moment</source>
        <translation>Zählt gleich</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <comment>an app&apos;s name, what it wants</comment>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>%1 calls it:</source>
        <translation>%1 nennt es:</translation>
    </message>
    <message numerus="yes">
        <source>%Ln more</source>
        <comment>questions that wait behind this one</comment>
        <translation>
            <numerusform>%Ln weitere</numerusform>
            <numerusform>%Ln weitere</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln more from %1</source>
        <translation>
            <numerusform>%Ln weitere von %1</numerusform>
            <numerusform>%Ln weitere von %1</numerusform>
        </translation>
    </message>
    <message>
        <source>Don&apos;t give</source>
        <translation>Nicht geben</translation>
    </message>
    <message>
        <source>Giving…</source>
        <translation>Wird gegeben…</translation>
    </message>
    <message>
        <source>Give</source>
        <translation>Geben</translation>
    </message>
    <message>
        <source>%1 would like it:</source>
        <comment>for so long</comment>
        <translation>%1 hätte es gern:</translation>
    </message>
</context>
<context>
    <name>GiverWindow</name>
    <message>
        <source>%1 asks</source>
        <translation>%1 fragt</translation>
    </message>
</context>
<context>
    <name>GrantRow</name>
    <message>
        <source>%1, %2, %3, %4</source>
        <translation>%1, %2, %3, %4</translation>
    </message>
    <message>
        <source>Select %1</source>
        <translation>%1 auswählen</translation>
    </message>
    <message numerus="yes">
        <source>%Ln open</source>
        <comment>open handles</comment>
        <translation>
            <numerusform>%Ln offen</numerusform>
            <numerusform>%Ln offen</numerusform>
        </translation>
    </message>
    <message>
        <source>Give again</source>
        <translation>Wieder geben</translation>
    </message>
    <message>
        <source>Stop…</source>
        <translation>Beenden …</translation>
    </message>
    <message>
        <source>Change %1</source>
        <translation>%1 ändern</translation>
    </message>
    <message>
        <source>What is open of %1</source>
        <translation>Was von %1 offen ist</translation>
    </message>
    <message>
        <source>Share %1 with a machine</source>
        <translation>%1 mit einem Rechner teilen</translation>
    </message>
</context>
<context>
    <name>GrantsList</name>
    <message>
        <source>Keys</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>Nichts gefunden</translation>
    </message>
    <message>
        <source>No app holds anything</source>
        <translation>Keine App hat etwas</translation>
    </message>
    <message>
        <source>No name contains what you typed.</source>
        <translation>Kein Name enthält, was Sie eingegeben haben.</translation>
    </message>
    <message>
        <source>Apps start with nothing. What you allow them appears here, and can be taken back here at any time.</source>
        <translation>Apps beginnen mit nichts. Was Sie ihnen erlauben, erscheint hier und kann hier jederzeit zurückgenommen werden.</translation>
    </message>
</context>
<context>
    <name>ImportSheet</name>
    <message>
        <source>Take over these rules?</source>
        <translation>Diese Regeln übernehmen?</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Take over all</source>
        <translation>Alle übernehmen</translation>
    </message>
</context>
<context>
    <name>InUseStrip</name>
    <message>
        <source>Stop</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Stop: %1</source>
        <translation>Beenden: %1</translation>
    </message>
</context>
<context>
    <name>InputField</name>
    <message>
        <source>Clear</source>
        <translation>Leeren</translation>
    </message>
</context>
<context>
    <name>InstallSheet</name>
    <message>
        <source>Later</source>
        <translation>Später</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Keep the old one</source>
        <translation>Alte behalten</translation>
    </message>
    <message>
        <source>Its author says:</source>
        <translation>Der Autor sagt:</translation>
    </message>
    <message>
        <source>What is new, in its author’s words:</source>
        <translation>Was neu ist, in den Worten des Autors:</translation>
    </message>
    <message>
        <source>None of it is given by updating: you are asked when it comes to it.</source>
        <translation>Das Aktualisieren erlaubt nichts davon: Sie werden gefragt, wenn es so weit ist.</translation>
    </message>
    <message>
        <source>None of it is given by installing: you are asked when it comes to it.</source>
        <translation>Das Installieren erlaubt nichts davon: Sie werden gefragt, wenn es so weit ist.</translation>
    </message>
    <message>
        <source>Installing</source>
        <translation>Wird installiert</translation>
    </message>
    <message>
        <source>And at more length:</source>
        <translation>Und ausführlicher:</translation>
    </message>
    <message>
        <source>Its licence, as its author says:</source>
        <translation>Die Lizenz, nach eigener Angabe:</translation>
    </message>
    <message>
        <source>Read less</source>
        <translation>Weniger lesen</translation>
    </message>
    <message>
        <source>Read all its author says</source>
        <translation>Alles lesen, was dazu gesagt wird</translation>
    </message>
</context>
<context>
    <name>InstanceRow</name>
    <message>
        <source>Hide the processes of %1</source>
        <translation>Prozesse von %1 verbergen</translation>
    </message>
    <message>
        <source>Show the processes of %1</source>
        <translation>Prozesse von %1 zeigen</translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s)</source>
        <translation>
            <numerusform>%Ln Datei</numerusform>
            <numerusform>%Ln Dateien</numerusform>
        </translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>What %1 is connected with</source>
        <translation>Womit %1 verbunden ist</translation>
    </message>
</context>
<context>
    <name>InvitationRow</name>
    <message>
        <source>Invitation of %1, good for one machine until %2</source>
        <translation>Einladung von %1, für einen Rechner gültig bis %2</translation>
    </message>
    <message>
        <source>Cancel it</source>
        <translation>Zurückziehen</translation>
    </message>
</context>
<context>
    <name>InviteStep</name>
    <message>
        <source>Send this link to the person at the other machine. It is good for one machine, once, until %1. Whoever has it first can use it: send it to nobody else.</source>
        <translation>Schicken Sie diesen Link der Person am anderen Rechner. Er gilt für einen Rechner, einmal, bis %1. Wer ihn zuerst hat, kann ihn benutzen: Schicken Sie ihn niemandem sonst.</translation>
    </message>
    <message>
        <source>The link: %1</source>
        <translation>Der Link: %1</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Kopiert</translation>
    </message>
    <message>
        <source>Copy the link</source>
        <translation>Link kopieren</translation>
    </message>
    <message>
        <source>Save as a file…</source>
        <translation>Als Datei speichern …</translation>
    </message>
    <message>
        <source>No invitation could be made: %1</source>
        <translation>Es konnte keine Einladung gemacht werden: %1</translation>
    </message>
    <message>
        <source>It is shown this once. The other machine appears here as soon as the link was used; this sheet may be closed before that.</source>
        <translation>Er wird nur dieses eine Mal gezeigt. Der andere Rechner erscheint hier, sobald der Link benutzt wurde; dieses Blatt kann vorher geschlossen werden.</translation>
    </message>
    <message>
        <source>Save the invitation</source>
        <translation>Einladung speichern</translation>
    </message>
</context>
<context>
    <name>JoinStep</name>
    <message>
        <source>Paste the link that you were sent. Use it only if you know who sent it: afterwards that machine is among yours, and sees nothing until you share something.</source>
        <translation>Fügen Sie den Link ein, den Sie bekommen haben. Benutzen Sie ihn nur, wenn Sie wissen, von wem er ist: Danach gehört dieser Rechner zu Ihren und sieht nichts, bis Sie etwas teilen.</translation>
    </message>
    <message>
        <source>The invitation&apos;s link</source>
        <translation>Der Link der Einladung</translation>
    </message>
    <message>
        <source>Stop trying</source>
        <translation>Nicht weiter versuchen</translation>
    </message>
    <message>
        <source>From a file…</source>
        <translation>Aus einer Datei …</translation>
    </message>
    <message>
        <source>Connecting to the machine that invites…</source>
        <translation>Verbindung mit dem einladenden Rechner …</translation>
    </message>
    <message>
        <source>Open an invitation</source>
        <translation>Einladung öffnen</translation>
    </message>
</context>
<context>
    <name>JournalRow</name>
    <message>
        <source>Why?</source>
        <translation>Warum?</translation>
    </message>
</context>
<context>
    <name>KeysHeader</name>
    <message>
        <source>It may</source>
        <translation>Sie darf</translation>
    </message>
    <message>
        <source>How long</source>
        <translation>Wie lange</translation>
    </message>
    <message>
        <source>Last used</source>
        <translation>Zuletzt</translation>
    </message>
</context>
<context>
    <name>KeysMenu</name>
    <message>
        <source>More about rules</source>
        <translation>Mehr zu den Regeln</translation>
    </message>
    <message>
        <source>What you never allow…</source>
        <translation>Was Sie nie erlauben …</translation>
    </message>
    <message>
        <source>Take over rules from a file…</source>
        <translation>Regeln aus einer Datei übernehmen …</translation>
    </message>
    <message>
        <source>Write all rules to a file…</source>
        <translation>Alle Regeln in eine Datei schreiben …</translation>
    </message>
    <message>
        <source>Take over rules from a file</source>
        <translation>Regeln aus einer Datei übernehmen</translation>
    </message>
    <message>
        <source>Rules (*.toml)</source>
        <translation>Regeln (*.toml)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Write all rules to a file</source>
        <translation>Alle Regeln in eine Datei schreiben</translation>
    </message>
    <message>
        <source>Give access to the network…</source>
        <translation>Zugang zum Netz geben …</translation>
    </message>
</context>
<context>
    <name>KeysPage</name>
    <message>
        <source>Keys</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>Find an app or a thing</source>
        <translation>App oder Ding suchen</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>Gruppieren</translation>
    </message>
    <message numerus="yes">
        <source>%Ln selected</source>
        <translation>
            <numerusform>%Ln ausgewählt</numerusform>
            <numerusform>%Ln ausgewählt</numerusform>
        </translation>
    </message>
    <message>
        <source>Show ended ones</source>
        <translation>Beendete zeigen</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>Alle auswählen</translation>
    </message>
    <message>
        <source>Select none</source>
        <translation>Auswahl aufheben</translation>
    </message>
    <message>
        <source>Stop…</source>
        <translation>Beenden …</translation>
    </message>
</context>
<context>
    <name>LimitsTab</name>
    <message>
        <source>Always start with Latchkey</source>
        <translation>Immer mit Latchkey starten</translation>
    </message>
    <message>
        <source>The desktop&apos;s own menu starts it protected too. You can switch this back at any time.</source>
        <translation>Auch das Menü des Desktops startet sie dann geschützt. Sie können das jederzeit zurücknehmen.</translation>
    </message>
    <message>
        <source>See the names in your home</source>
        <translation>Die Namen in Ihrem persönlichen Ordner sehen</translation>
    </message>
    <message>
        <source>Use the graphics processor</source>
        <translation>Den Grafikprozessor benutzen</translation>
    </message>
    <message>
        <source>For games and video. It talks to the graphics driver directly.</source>
        <translation>Für Spiele und Video. Sie spricht direkt mit dem Grafiktreiber.</translation>
    </message>
    <message>
        <source>Protect its own parts from each other</source>
        <translation>Die eigenen Teile voreinander schützen</translation>
    </message>
    <message>
        <source>Share your whole screen</source>
        <translation>Ihren ganzen Bildschirm teilen</translation>
    </message>
    <message>
        <source>Memory at most</source>
        <translation>Arbeitsspeicher höchstens</translation>
    </message>
    <message>
        <source>MB</source>
        <translation>MB</translation>
    </message>
    <message>
        <source>Programs at once at most</source>
        <translation>Gleichzeitige Programme höchstens</translation>
    </message>
    <message>
        <source>It can list what lies in your home, and open nothing of it.</source>
        <translation>Sie kann auflisten, was in Ihrem persönlichen Ordner liegt, und nichts davon öffnen.</translation>
    </message>
    <message>
        <source>Web browsers need this to keep pages apart. The app gets more of the system&apos;s machinery for it, from its next start on.</source>
        <translation>Webbrowser brauchen das, um Seiten voneinander zu trennen. Die App bekommt dafür ab ihrem nächsten Start mehr vom Getriebe des Systems.</translation>
    </message>
    <message>
        <source>It can see and control everything on your screen, including these questions. From its next start on.</source>
        <translation>Sie kann alles auf Ihrem Bildschirm sehen und bedienen, auch diese Fragen. Ab ihrem nächsten Start.</translation>
    </message>
    <message>
        <source>Processor time at most</source>
        <translation>Rechenzeit höchstens</translation>
    </message>
    <message>
        <source>% of one core</source>
        <translation>% eines Kerns</translation>
    </message>
    <message>
        <source>Over the network, a second at most</source>
        <translation>Über das Netz je Sekunde höchstens</translation>
    </message>
    <message>
        <source>kB</source>
        <translation>kB</translation>
    </message>
    <message>
        <source>Over the network, a day at most; then it has none until the next day</source>
        <translation>Über das Netz am Tag höchstens; danach bis zum nächsten Tag keines mehr</translation>
    </message>
</context>
<context>
    <name>MachineCard</name>
    <message>
        <source>It may use: %1</source>
        <translation>Er darf benutzen: %1</translation>
    </message>
    <message>
        <source>Nothing is shared</source>
        <translation>Nichts ist geteilt</translation>
    </message>
    <message>
        <source>Your name for this machine</source>
        <translation>Ihr Name für diesen Rechner</translation>
    </message>
    <message>
        <source>What to do…</source>
        <translation>Was tun …</translation>
    </message>
    <message>
        <source>Connecting…</source>
        <translation>Verbindet …</translation>
    </message>
    <message>
        <source>Connect now</source>
        <translation>Jetzt verbinden</translation>
    </message>
    <message>
        <source>More about %1</source>
        <translation>Mehr zu %1</translation>
    </message>
    <message>
        <source>New: it offers you %1</source>
        <translation>Neu: Er bietet Ihnen %1 an</translation>
    </message>
    <message>
        <source>You may use: %1</source>
        <translation>Sie dürfen benutzen: %1</translation>
    </message>
    <message>
        <source>Look at it…</source>
        <translation>Ansehen …</translation>
    </message>
</context>
<context>
    <name>MachineFacts</name>
    <message>
        <source>It calls itself:</source>
        <translation>Er nennt sich selbst:</translation>
    </message>
    <message>
        <source>Added</source>
        <translation>Hinzugefügt</translation>
    </message>
    <message>
        <source>Last connected</source>
        <translation>Zuletzt verbunden</translation>
    </message>
    <message>
        <source>Known by</source>
        <translation>Erkannt an</translation>
    </message>
    <message>
        <source>This is made from its key. No other machine can have it, whatever it calls itself.</source>
        <translation>Das ist aus seinem Schlüssel gemacht. Kein anderer Rechner kann es haben, wie auch immer er sich nennt.</translation>
    </message>
</context>
<context>
    <name>MachineMenu</name>
    <message>
        <source>Show all about it</source>
        <translation>Alles über ihn zeigen</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Umbenennen</translation>
    </message>
    <message>
        <source>Connect now</source>
        <translation>Jetzt verbinden</translation>
    </message>
    <message>
        <source>Unblock</source>
        <translation>Nicht mehr sperren</translation>
    </message>
    <message>
        <source>Block…</source>
        <translation>Sperren …</translation>
    </message>
    <message>
        <source>Forget…</source>
        <translation>Vergessen …</translation>
    </message>
    <message>
        <source>Share something…</source>
        <translation>Etwas teilen …</translation>
    </message>
</context>
<context>
    <name>MachinePage</name>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Your name for this machine</source>
        <translation>Ihr Name für diesen Rechner</translation>
    </message>
    <message>
        <source>Connecting…</source>
        <translation>Verbindet …</translation>
    </message>
    <message>
        <source>Connect now</source>
        <translation>Jetzt verbinden</translation>
    </message>
    <message>
        <source>More about %1</source>
        <translation>Mehr zu %1</translation>
    </message>
    <message>
        <source>Ways to it</source>
        <translation>Wege zu ihm</translation>
    </message>
    <message>
        <source>About it</source>
        <translation>Über ihn</translation>
    </message>
    <message>
        <source>It may use</source>
        <translation>Er darf benutzen</translation>
    </message>
    <message>
        <source>It may use nothing of yours</source>
        <translation>Er darf nichts von Ihnen benutzen</translation>
    </message>
    <message>
        <source>What you share with it appears here, and can be taken back here at any time.</source>
        <translation>Was Sie mit ihm teilen, erscheint hier und kann hier jederzeit zurückgenommen werden.</translation>
    </message>
    <message>
        <source>Share something…</source>
        <translation>Etwas teilen …</translation>
    </message>
    <message numerus="yes">
        <source>You may use (%Ln new)</source>
        <translation>
            <numerusform>Sie dürfen benutzen (%Ln neu)</numerusform>
            <numerusform>Sie dürfen benutzen (%Ln neu)</numerusform>
        </translation>
    </message>
    <message>
        <source>You may use</source>
        <translation>Sie dürfen benutzen</translation>
    </message>
    <message>
        <source>Ask for…</source>
        <translation>Bitten um…</translation>
    </message>
</context>
<context>
    <name>Machines</name>
    <message>
        <source>Offline since %1</source>
        <translation>Nicht verbunden seit %1</translation>
    </message>
    <message>
        <source>Not connected yet</source>
        <translation>Noch nicht verbunden</translation>
    </message>
    <message>
        <source>Connecting…</source>
        <translation>Verbindet …</translation>
    </message>
    <message>
        <source>Connected</source>
        <translation>Verbunden</translation>
    </message>
    <message>
        <source>It does not know this machine any more</source>
        <translation>Er kennt diesen Rechner nicht mehr</translation>
    </message>
    <message>
        <source>Another machine answers in its place</source>
        <translation>An seiner Stelle antwortet ein anderer Rechner</translation>
    </message>
    <message>
        <source>Its Latchkey is too old</source>
        <translation>Sein Latchkey ist zu alt</translation>
    </message>
    <message>
        <source>Blocked by you</source>
        <translation>Von Ihnen gesperrt</translation>
    </message>
    <message>
        <source>There this machine was forgotten or blocked. Nothing is shared in either direction. Ask its person; to begin anew, forget it here and add it again.</source>
        <translation>Dort wurde dieser Rechner vergessen oder gesperrt. In keiner Richtung ist etwas geteilt. Fragen Sie die Person dort; um neu anzufangen, vergessen Sie ihn hier und fügen ihn neu hinzu.</translation>
    </message>
    <message>
        <source>Where %1 was, something answers that cannot prove to be %1. It was not let in and sees nothing of yours. Mostly the machine was set up anew. Ask its person, not over this connection. If it was: forget it here and add it again.</source>
        <translation>Wo %1 war, antwortet etwas, das nicht beweisen kann, %1 zu sein. Es wurde nicht eingelassen und sieht nichts von Ihnen. Meist wurde der Rechner neu eingerichtet. Fragen Sie die Person dort, nicht über diese Verbindung. Wenn es so ist: Vergessen Sie ihn hier und fügen ihn neu hinzu.</translation>
    </message>
    <message>
        <source>It speaks an older version than this machine can, or than it did before, so it was not let in. Latchkey has to be updated there; then try again.</source>
        <translation>Er spricht eine ältere Fassung, als dieser Rechner kann oder als er selbst früher sprach, und wurde deshalb nicht eingelassen. Latchkey muss dort erneuert werden; versuchen Sie es dann noch einmal.</translation>
    </message>
    <message>
        <source>It is not let in and nothing is shared with it. What was shared before does not come back by itself.</source>
        <translation>Er wird nicht eingelassen, und nichts ist mit ihm geteilt. Was vorher geteilt war, kommt nicht von selbst zurück.</translation>
    </message>
    <message>
        <source>last by %1</source>
        <comment>a way to a machine</comment>
        <translation>zuletzt über %1</translation>
    </message>
    <message>
        <source>%1 · %2 ms</source>
        <translation>%1 · %2 ms</translation>
    </message>
    <message>
        <source>you typed it</source>
        <translation>Sie haben es eingegeben</translation>
    </message>
    <message>
        <source>from the invitation</source>
        <translation>aus der Einladung</translation>
    </message>
    <message>
        <source>it came from there</source>
        <translation>er kam von dort</translation>
    </message>
    <message>
        <source>found nearby</source>
        <translation>in der Nähe gefunden</translation>
    </message>
    <message>
        <source>not tried yet</source>
        <translation>noch nicht versucht</translation>
    </message>
    <message>
        <source>worked: %1</source>
        <comment>a moment</comment>
        <translation>ging: %1</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>a moment, what went wrong</comment>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>, </source>
        <comment>between names of a list</comment>
        <translation>, </translation>
    </message>
    <message numerus="yes">
        <source>%1 and %Ln more</source>
        <comment>names</comment>
        <translation>
            <numerusform>%1 und noch eins</numerusform>
            <numerusform>%1 und noch %Ln</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MachinesPage</name>
    <message>
        <source>Machines</source>
        <translation>Rechner</translation>
    </message>
    <message>
        <source>Find a machine</source>
        <translation>Rechner finden</translation>
    </message>
    <message>
        <source>Add a machine…</source>
        <translation>Rechner hinzufügen …</translation>
    </message>
    <message>
        <source>Not yet</source>
        <translation>Noch nicht</translation>
    </message>
    <message>
        <source>No other machine</source>
        <translation>Kein anderer Rechner</translation>
    </message>
    <message>
        <source>Add a machine of yours or of somebody you know. You can then share single things with it, and take each back at any time.</source>
        <translation>Fügen Sie einen Rechner von sich oder von jemandem hinzu, den Sie kennen. Dann können Sie einzelne Dinge mit ihm teilen und jedes jederzeit zurücknehmen.</translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>Nichts gefunden</translation>
    </message>
</context>
<context>
    <name>NameRow</name>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>Dateien</translation>
    </message>
    <message>
        <source>Name of the file</source>
        <translation>Name der Datei</translation>
    </message>
</context>
<context>
    <name>NetworkWords</name>
    <message>
        <source>web page</source>
        <translation>Webseite</translation>
    </message>
    <message>
        <source>web page, encrypted</source>
        <translation>Webseite, verschlüsselt</translation>
    </message>
    <message>
        <source>mail</source>
        <translation>Post</translation>
    </message>
    <message>
        <source>remote terminal</source>
        <translation>entferntes Terminal</translation>
    </message>
    <message>
        <source>look-up of names</source>
        <translation>Nachschlagen von Namen</translation>
    </message>
    <message>
        <source>files</source>
        <translation>Dateien</translation>
    </message>
    <message>
        <source>time</source>
        <translation>Uhrzeit</translation>
    </message>
    <message>
        <source>file sharing</source>
        <translation>Dateifreigabe</translation>
    </message>
    <message>
        <source>printing</source>
        <translation>Drucken</translation>
    </message>
    <message>
        <source>database</source>
        <translation>Datenbank</translation>
    </message>
    <message>
        <source>chat</source>
        <translation>Unterhaltung</translation>
    </message>
    <message>
        <source>source code</source>
        <translation>Quelltext</translation>
    </message>
    <message>
        <source>whether it is there (ping)</source>
        <translation>ob er da ist (Ping)</translation>
    </message>
    <message>
        <source>a look-up of more than its address</source>
        <translation>Nachschlagen von mehr als der Adresse</translation>
    </message>
    <message>
        <source>every port</source>
        <translation>jeder Port</translation>
    </message>
    <message>
        <source>ports %1</source>
        <translation>Ports %1</translation>
    </message>
    <message>
        <source>port %1</source>
        <translation>Port %1</translation>
    </message>
    <message>
        <source>%1, UDP</source>
        <comment>a port</comment>
        <translation>%1, UDP</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>a service, its port</comment>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>the Internet</source>
        <translation>das Internet</translation>
    </message>
    <message>
        <source>your local network</source>
        <translation>Ihr lokales Netz</translation>
    </message>
    <message>
        <source>every network</source>
        <translation>jedes Netz</translation>
    </message>
    <message>
        <source>%1 and all below it</source>
        <translation>%1 und alles darunter</translation>
    </message>
    <message>
        <source>not your local network</source>
        <translation>nicht Ihr lokales Netz</translation>
    </message>
    <message>
        <source>not the Internet</source>
        <translation>nicht das Internet</translation>
    </message>
    <message>
        <source>the Internet and your local network</source>
        <translation>das Internet und Ihr lokales Netz</translation>
    </message>
    <message>
        <source>in your local network · %1</source>
        <translation>in Ihrem lokalen Netz · %1</translation>
    </message>
    <message>
        <source>%1, port %2</source>
        <comment>a computer&apos;s name, a number</comment>
        <translation>%1, Port %2</translation>
    </message>
    <message>
        <source>what it offers on port %1</source>
        <translation>was es auf Port %1 anbietet</translation>
    </message>
    <message>
        <source>for this computer only</source>
        <translation>nur für diesen Computer</translation>
    </message>
    <message>
        <source>for your local network</source>
        <translation>für Ihr lokales Netz</translation>
    </message>
    <message>
        <source>at the address %1</source>
        <translation>an der Adresse %1</translation>
    </message>
    <message>
        <source>wants to reach a device in your local network</source>
        <translation>möchte ein Gerät in Ihrem lokalen Netz erreichen</translation>
    </message>
    <message>
        <source>wants to reach a service of this computer</source>
        <translation>möchte einen Dienst dieses Computers erreichen</translation>
    </message>
    <message>
        <source>wants to look up</source>
        <translation>möchte nachschlagen</translation>
    </message>
    <message>
        <source>wants to connect to</source>
        <translation>möchte sich verbinden mit</translation>
    </message>
    <message>
        <source>this name leads to %1</source>
        <translation>dieser Name führt zu %1</translation>
    </message>
    <message>
        <source>it gave no name</source>
        <translation>es nannte keinen Namen</translation>
    </message>
    <message>
        <source>%1, this port only</source>
        <translation>%1, nur dieser Port</translation>
    </message>
    <message>
        <source>%1, every port</source>
        <translation>%1, jeder Port</translation>
    </message>
    <message>
        <source>the Internet, not your local network</source>
        <translation>das Internet, nicht Ihr lokales Netz</translation>
    </message>
    <message>
        <source>waits for you</source>
        <translation>wartet auf Sie</translation>
    </message>
    <message>
        <source>is being connected</source>
        <translation>wird verbunden</translation>
    </message>
    <message>
        <source>%1 in, %2 out</source>
        <translation>%1 herein, %2 hinaus</translation>
    </message>
    <message>
        <source>since %1 · %2</source>
        <comment>a time, amounts</comment>
        <translation>seit %1 · %2</translation>
    </message>
    <message>
        <source>ended</source>
        <translation>beendet</translation>
    </message>
    <message>
        <source>%1 %2 · %3</source>
        <comment>how it ended, when, amounts</comment>
        <translation>%1 %2 · %3</translation>
    </message>
    <message>
        <source>finished</source>
        <translation>beendet</translation>
    </message>
    <message>
        <source>ended by you</source>
        <translation>von Ihnen beendet</translation>
    </message>
    <message>
        <source>paused by you</source>
        <translation>von Ihnen angehalten</translation>
    </message>
    <message>
        <source>its permission was over</source>
        <translation>die Erlaubnis war abgelaufen</translation>
    </message>
    <message>
        <source>its time was over</source>
        <translation>die Zeit war abgelaufen</translation>
    </message>
    <message>
        <source>its allowance was used up</source>
        <translation>die Datenmenge war aufgebraucht</translation>
    </message>
    <message>
        <source>the network was switched off</source>
        <translation>das Netzwerk wurde ausgeschaltet</translation>
    </message>
    <message>
        <source>not allowed</source>
        <translation>nicht erlaubt</translation>
    </message>
    <message>
        <source>no such name</source>
        <translation>Name nicht gefunden</translation>
    </message>
    <message>
        <source>not reachable</source>
        <translation>nicht erreichbar</translation>
    </message>
    <message>
        <source>no answer</source>
        <translation>keine Antwort</translation>
    </message>
    <message>
        <source>refused by the other side</source>
        <translation>von der Gegenseite abgelehnt</translation>
    </message>
    <message>
        <source>broken off by the app</source>
        <translation>von der App abgebrochen</translation>
    </message>
    <message>
        <source>broken off by the other side</source>
        <translation>von der Gegenseite abgebrochen</translation>
    </message>
    <message>
        <source>given up by the app</source>
        <translation>von der App aufgegeben</translation>
    </message>
    <message>
        <source>nothing listens inside</source>
        <translation>in der App nimmt niemand an</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fehlgeschlagen</translation>
    </message>
    <message>
        <source>it answers for names: what the app then connects to, it asks about without a name</source>
        <translation>gibt Auskunft über Namen: Wohin sich die App dann verbindet, danach fragt sie ohne Namen</translation>
    </message>
    <message>
        <source>%1 · it answers for names: what comes then is asked about without one</source>
        <comment>a port</comment>
        <translation>%1 · gibt Auskunft über Namen: Was danach kommt, wird ohne Namen angefragt</translation>
    </message>
    <message>
        <source>%1; it is told who comes</source>
        <comment>%1: whom a port is offered to</comment>
        <translation>%1; die App erfährt, wer kommt</translation>
    </message>
    <message>
        <source>port %1 of this computer</source>
        <translation>Port %1 dieses Rechners</translation>
    </message>
    <message>
        <source>port %1 of %2</source>
        <translation>Port %1 von %2</translation>
    </message>
    <message>
        <source>found at %1 and localhost, port %2</source>
        <translation>zu finden unter %1 und localhost, Port %2</translation>
    </message>
    <message>
        <source>offered as %1</source>
        <translation>angeboten als %1</translation>
    </message>
    <message>
        <source>Service</source>
        <translation>Dienst</translation>
    </message>
</context>
<context>
    <name>NeverRow</name>
    <message>
        <source>Take back</source>
        <translation>Zurücknehmen</translation>
    </message>
</context>
<context>
    <name>NeversSheet</name>
    <message>
        <source>What you never allow</source>
        <translation>Was Sie nie erlauben</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>NewFolderSheet</name>
    <message>
        <source>New folder</source>
        <translation>Neuer Ordner</translation>
    </message>
    <message>
        <source>Name of the folder</source>
        <translation>Name des Ordners</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Make it</source>
        <translation>Anlegen</translation>
    </message>
</context>
<context>
    <name>NumberRow</name>
    <message>
        <source>no limit</source>
        <translation>keine Grenze</translation>
    </message>
</context>
<context>
    <name>OfferCard</name>
    <message>
        <source>(no name)</source>
        <translation>(kein Name)</translation>
    </message>
    <message>
        <source>It comes by way of %1</source>
        <translation>Es kommt über %1</translation>
    </message>
    <message>
        <source>Enter uses it, Delete declines it</source>
        <translation>Eingabe benutzt es, Entf lehnt es ab</translation>
    </message>
    <message>
        <source>Enter gives it to an app, Delete gives it back</source>
        <translation>Eingabe gibt es einer App, Entf gibt es zurück</translation>
    </message>
    <message>
        <source>“%1”</source>
        <translation>„%1“</translation>
    </message>
    <message>
        <source>%1 calls it:</source>
        <translation>%1 nennt es:</translation>
    </message>
    <message>
        <source>By way of: %1</source>
        <translation>Über: %1</translation>
    </message>
    <message numerus="yes">
        <source>and %Ln more</source>
        <translation>
            <numerusform>und %Ln weitere</numerusform>
            <numerusform>und %Ln weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>Use it…</source>
        <translation>Benutzen …</translation>
    </message>
    <message>
        <source>Use it in another app…</source>
        <translation>In einer weiteren App benutzen …</translation>
    </message>
    <message>
        <source>No thanks</source>
        <translation>Nein danke</translation>
    </message>
    <message>
        <source>Pass it on…</source>
        <translation>Weitergeben …</translation>
    </message>
    <message>
        <source>Give it back…</source>
        <translation>Zurückgeben …</translation>
    </message>
    <message>
        <source>Enter shows it or gives it to an app, Delete gives it back</source>
        <translation>Eingabe zeigt es oder gibt es einer App, Entf gibt es zurück</translation>
    </message>
    <message>
        <source>You find it at %1</source>
        <translation>Sie finden es unter %1</translation>
    </message>
    <message>
        <source>Show it</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>Give it to an app…</source>
        <translation>Einer App geben …</translation>
    </message>
    <message>
        <source>Enter accepts it, Delete declines it</source>
        <translation>Enter nimmt es an, Entf lehnt es ab</translation>
    </message>
    <message>
        <source>Enter starts it there, Delete gives it back</source>
        <translation>Enter startet es dort, Entf gibt es zurück</translation>
    </message>
    <message>
        <source>Enter stops it there, Delete gives it back</source>
        <translation>Enter beendet es dort, Entf gibt es zurück</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>Annehmen</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Starten</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Beenden</translation>
    </message>
</context>
<context>
    <name>OfferMenu</name>
    <message>
        <source>Use it…</source>
        <translation>Benutzen …</translation>
    </message>
    <message>
        <source>Use it in another app…</source>
        <translation>In einer weiteren App benutzen …</translation>
    </message>
    <message>
        <source>No thanks</source>
        <translation>Nein danke</translation>
    </message>
    <message>
        <source>Pass it on…</source>
        <translation>Weitergeben …</translation>
    </message>
    <message>
        <source>Give it back…</source>
        <translation>Zurückgeben …</translation>
    </message>
    <message>
        <source>Stop %1 using it…</source>
        <translation>%1 die Benutzung entziehen …</translation>
    </message>
    <message>
        <source>Show it</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>Give it to an app…</source>
        <translation>Einer App geben …</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>Annehmen</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Starten</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Beenden</translation>
    </message>
</context>
<context>
    <name>OfferUserRow</name>
    <message numerus="yes">
        <source>%Ln open</source>
        <comment>connections</comment>
        <translation>
            <numerusform>%Ln offen</numerusform>
            <numerusform>%Ln offen</numerusform>
        </translation>
    </message>
    <message>
        <source>Stop…</source>
        <translation>Beenden …</translation>
    </message>
</context>
<context>
    <name>OffersList</name>
    <message>
        <source>What it offers</source>
        <translation>Was er anbietet</translation>
    </message>
    <message>
        <source>It offers you nothing</source>
        <translation>Er bietet Ihnen nichts an</translation>
    </message>
    <message>
        <source>What its person shares with you appears here. Nothing of it is used until you say in which app.</source>
        <translation>Was von dort mit Ihnen geteilt wird, erscheint hier. Nichts davon wird benutzt, bis Sie sagen, in welcher App.</translation>
    </message>
</context>
<context>
    <name>OpenFileRow</name>
    <message>
        <source>Stop this file</source>
        <translation>Diese Datei beenden</translation>
    </message>
</context>
<context>
    <name>OpenFilesSheet</name>
    <message>
        <source>Open now</source>
        <translation>Jetzt offen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>OpenerCard</name>
    <message>
        <source>Counts in a moment</source>
        <translation>Gilt gleich</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <comment>an app&apos;s name, what it wants</comment>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>Apps that can open it</source>
        <translation>Apps, die das öffnen können</translation>
    </message>
    <message>
        <source>No app that can open it.</source>
        <translation>Keine App kann das öffnen.</translation>
    </message>
    <message>
        <source>Other apps…</source>
        <translation>Andere Apps …</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
</context>
<context>
    <name>OpenerWindow</name>
    <message>
        <source>%1 asks</source>
        <translation>%1 fragt</translation>
    </message>
</context>
<context>
    <name>OverwriteSheet</name>
    <message>
        <source>Replace %1?</source>
        <translation>%1 ersetzen?</translation>
    </message>
    <message>
        <source>There is a file of this name. What is in it now would be lost.</source>
        <translation>Es gibt eine Datei dieses Namens. Was jetzt darin steht, ginge verloren.</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Replace</source>
        <translation>Ersetzen</translation>
    </message>
</context>
<context>
    <name>PackageWords</name>
    <message>
        <source>make protected rooms of its own inside, as browsers do</source>
        <translation>eigene geschützte Räume in sich anlegen, wie Browser es tun</translation>
    </message>
    <message>
        <source>draw with the graphics processor</source>
        <translation>mit dem Grafikprozessor zeichnen</translation>
    </message>
    <message>
        <source>have a screen of the older kind; it gets its own</source>
        <translation>einen Bildschirm älterer Art haben; es bekommt einen eigenen</translation>
    </message>
    <message>
        <source>have the ability %1</source>
        <translation>die Fähigkeit %1 haben</translation>
    </message>
    <message>
        <source>use %1 of memory at most</source>
        <translation>höchstens %1 Speicher belegen</translation>
    </message>
    <message numerus="yes">
        <source>run %Ln process(es) at most</source>
        <translation>
            <numerusform>höchstens %Ln Prozess ausführen</numerusform>
            <numerusform>höchstens %Ln Prozesse ausführen</numerusform>
        </translation>
    </message>
    <message>
        <source>use %L1 % of one processor at most</source>
        <translation>höchstens %L1 % eines Prozessors nutzen</translation>
    </message>
    <message>
        <source>keep to the limit %1</source>
        <translation>die Grenze %1 einhalten</translation>
    </message>
    <message>
        <source>open and change the file %1</source>
        <translation>die Datei %1 öffnen und ändern</translation>
    </message>
    <message>
        <source>open the file %1</source>
        <translation>die Datei %1 öffnen</translation>
    </message>
    <message>
        <source>see and change everything in %1</source>
        <translation>alles in %1 sehen und ändern</translation>
    </message>
    <message>
        <source>see everything in %1</source>
        <translation>alles in %1 sehen</translation>
    </message>
    <message>
        <source>connect with %1</source>
        <translation>sich mit %1 verbinden</translation>
    </message>
    <message>
        <source>be reached by others at %1</source>
        <translation>für andere unter %1 erreichbar sein</translation>
    </message>
    <message>
        <source>use the service %1</source>
        <translation>den Dienst %1 nutzen</translation>
    </message>
    <message>
        <source>use of the desktop: %1</source>
        <translation>vom Desktop nutzen: %1</translation>
    </message>
    <message>
        <source>use the device %1</source>
        <translation>das Gerät %1 nutzen</translation>
    </message>
    <message>
        <source>use the app %1</source>
        <translation>die App %1 nutzen</translation>
    </message>
    <message>
        <source>see the window %1</source>
        <translation>das Fenster %1 sehen</translation>
    </message>
    <message>
        <source>be given another app as %1</source>
        <translation>eine andere App als %1 bekommen</translation>
    </message>
    <message>
        <source>New</source>
        <translation>Neu</translation>
    </message>
    <message>
        <source>More than before, when it was to %1</source>
        <translation>Mehr als bisher; da war es: %1</translation>
    </message>
    <message>
        <source>Less than before, when it was to %1</source>
        <translation>Weniger als bisher; da war es: %1</translation>
    </message>
    <message>
        <source>Not any more</source>
        <translation>Nicht mehr</translation>
    </message>
    <message>
        <source>Signed by the key %1, as before.</source>
        <translation>Signiert mit dem Schlüssel %1, wie bisher.</translation>
    </message>
    <message>
        <source>Signed by the key %1, and not by %2 as before.</source>
        <translation>Signiert mit dem Schlüssel %1 und nicht wie bisher mit %2.</translation>
    </message>
    <message>
        <source>Signed by the key %1, seen for the first time. Whose it is, nothing here says.</source>
        <translation>Signiert mit dem Schlüssel %1, der zum ersten Mal vorkommt. Wem er gehört, sagt hier nichts.</translation>
    </message>
    <message>
        <source>Signed by the key %1, which also signed %2.</source>
        <translation>Signiert mit dem Schlüssel %1, der auch %2 signiert hat.</translation>
    </message>
    <message>
        <source>%1, of which %2 are not here yet</source>
        <translation>%1, davon %2 noch nicht hier</translation>
    </message>
    <message>
        <source>New here</source>
        <translation>Neu hier</translation>
    </message>
    <message>
        <source>Comes in the place of %1</source>
        <translation>Tritt an die Stelle von %1</translation>
    </message>
    <message>
        <source>This very version is installed</source>
        <translation>Genau diese Version ist installiert</translation>
    </message>
    <message>
        <source>Not newer than %1, which is installed</source>
        <translation>Nicht neuer als %1, das installiert ist</translation>
    </message>
    <message numerus="yes">
        <source>%Ln more</source>
        <translation>
            <numerusform>%Ln weitere</numerusform>
            <numerusform>%Ln weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>from %1</source>
        <comment>a repository</comment>
        <translation>von %1</translation>
    </message>
    <message>
        <source>version %1</source>
        <translation>Version %1</translation>
    </message>
    <message>
        <source>Signed by the key %1, of which nothing is here yet</source>
        <translation>Signiert mit dem Schlüssel %1, von dem hier noch nichts ist</translation>
    </message>
    <message>
        <source>Signed by the key %1, as %2 is</source>
        <translation>Signiert mit dem Schlüssel %1, wie auch %2</translation>
    </message>
    <message numerus="yes">
        <source>%Ln app(s)</source>
        <translation>
            <numerusform>%Ln App</numerusform>
            <numerusform>%Ln Apps</numerusform>
        </translation>
    </message>
    <message>
        <source>reached: %1</source>
        <comment>a moment</comment>
        <translation>erreicht: %1</translation>
    </message>
    <message>
        <source>good until %1</source>
        <comment>a day</comment>
        <translation>gültig bis %1</translation>
    </message>
    <message>
        <source>%1 could not be reached: %2</source>
        <comment>a repository; a reason</comment>
        <translation>%1 war nicht zu erreichen: %2</translation>
    </message>
    <message>
        <source>%1 could not be reached since %2: %3</source>
        <comment>a repository; a moment; a reason</comment>
        <translation>%1 ist nicht zu erreichen seit: %2. Grund: %3</translation>
    </message>
</context>
<context>
    <name>PanicSheet</name>
    <message>
        <source>Stop everything?</source>
        <translation>Alles anhalten?</translation>
    </message>
    <message>
        <source>All network off</source>
        <translation>Netzwerk für alle aus</translation>
    </message>
    <message>
        <source>Stop all apps</source>
        <translation>Alle Apps beenden</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>The network is off already.</source>
        <translation>Das Netzwerk ist schon aus.</translation>
    </message>
    <message>
        <source>Without the network, apps go on: nothing they send leaves, until you turn it on again.</source>
        <translation>Ohne Netzwerk laufen Apps weiter: Nichts, was sie senden, geht hinaus, bis Sie es wieder einschalten.</translation>
    </message>
    <message>
        <source>Apps that are stopped are asked to end, and ended five seconds later. What they have not saved is lost.</source>
        <translation>Apps, die Sie beenden, werden darum gebeten und fünf Sekunden später beendet. Was sie nicht gespeichert haben, ist verloren.</translation>
    </message>
</context>
<context>
    <name>PartingSheet</name>
    <message>
        <source>Keep it</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Block</source>
        <translation>Sperren</translation>
    </message>
    <message>
        <source>Forget and add again</source>
        <translation>Vergessen und neu hinzufügen</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>Vergessen</translation>
    </message>
    <message numerus="yes">
        <source>and %Ln more</source>
        <translation>
            <numerusform>und noch eins</numerusform>
            <numerusform>und noch %Ln</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PathBar</name>
    <message>
        <source>Where you are</source>
        <translation>Wo Sie sind</translation>
    </message>
    <message>
        <source>A path, as ~/Documents</source>
        <translation>Ein Pfad, wie ~/Dokumente</translation>
    </message>
</context>
<context>
    <name>PlacesCard</name>
    <message>
        <source>Places</source>
        <translation>Orte</translation>
    </message>
</context>
<context>
    <name>PlacesList</name>
    <message>
        <source>Places</source>
        <translation>Orte</translation>
    </message>
</context>
<context>
    <name>PreviewPane</name>
    <message>
        <source>Beginning of the file: %1</source>
        <translation>Anfang der Datei: %1</translation>
    </message>
</context>
<context>
    <name>PrivateFolderCard</name>
    <message>
        <source>Its folder as “%1”</source>
        <translation>Ihr Ordner als „%1“</translation>
    </message>
    <message>
        <source>Its private folder</source>
        <translation>Ihr privater Ordner</translation>
    </message>
    <message>
        <source>%1 holds %2</source>
        <translation>%1 enthält %2</translation>
    </message>
    <message>
        <source>Open the folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>Save a copy</source>
        <translation>Kopie sichern</translation>
    </message>
    <message>
        <source>Start afresh…</source>
        <translation>Neu beginnen …</translation>
    </message>
    <message>
        <source>It can start afresh once it is stopped.</source>
        <translation>Sie kann neu beginnen, sobald sie beendet ist.</translation>
    </message>
    <message>
        <source>Show it</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>What it had before it started afresh is still there (%1).</source>
        <translation>Was sie vor dem neuen Beginn hatte, ist noch da (%1).</translation>
    </message>
    <message>
        <source>Bring it back</source>
        <translation>Zurückholen</translation>
    </message>
    <message>
        <source>Delete it for good</source>
        <translation>Endgültig löschen</translation>
    </message>
</context>
<context>
    <name>ProfileSheet</name>
    <message>
        <source>Start %1 with a profile of its own</source>
        <translation>%1 mit eigenem Profil starten</translation>
    </message>
    <message>
        <source>A profile has its own private folder and its own permissions, as if it were another app.</source>
        <translation>Ein Profil hat einen eigenen privaten Ordner und eigene Erlaubnisse, als wäre es eine andere App.</translation>
    </message>
    <message>
        <source>Name, such as work</source>
        <translation>Name, zum Beispiel Arbeit</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Starten</translation>
    </message>
</context>
<context>
    <name>PromptCard</name>
    <message>
        <source>%1 %2</source>
        <comment>an app&apos;s name, what it wants</comment>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Details</translation>
    </message>
    <message numerus="yes">
        <source>%Ln more</source>
        <comment>questions that wait behind this one</comment>
        <translation>
            <numerusform>%Ln weitere</numerusform>
            <numerusform>%Ln weitere</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln more from %1</source>
        <translation>
            <numerusform>%Ln weitere von %1</numerusform>
            <numerusform>%Ln weitere von %1</numerusform>
        </translation>
    </message>
    <message>
        <source>Don&apos;t allow</source>
        <translation>Nicht erlauben</translation>
    </message>
    <message>
        <source>Allow</source>
        <translation>Erlauben</translation>
    </message>
    <message>
        <source>Counts in a moment</source>
        <translation>Zählt gleich</translation>
    </message>
</context>
<context>
    <name>PromptDetails</name>
    <message>
        <source>Whole name</source>
        <translation>Ganzer Name</translation>
    </message>
    <message>
        <source>Asked by</source>
        <translation>Gefragt von</translation>
    </message>
    <message>
        <source>Asked</source>
        <translation>Gefragt</translation>
    </message>
    <message>
        <source>Never ask again</source>
        <translation>Nie wieder fragen</translation>
    </message>
    <message>
        <source>What it may use…</source>
        <translation>Was sie benutzen darf …</translation>
    </message>
</context>
<context>
    <name>PromptWindow</name>
    <message>
        <source>%1 asks</source>
        <translation>%1 fragt</translation>
    </message>
</context>
<context>
    <name>QuoteBox</name>
    <message>
        <source>%1 says:</source>
        <translation>%1 sagt:</translation>
    </message>
    <message>
        <source>“%1”</source>
        <translation>„%1“</translation>
    </message>
</context>
<context>
    <name>Rail</name>
    <message>
        <source>Apps</source>
        <translation>Apps</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>Requests</source>
        <translation>Anfragen</translation>
    </message>
    <message>
        <source>Activity</source>
        <translation>Aktivität</translation>
    </message>
    <message>
        <source>Places</source>
        <translation>Orte</translation>
    </message>
    <message>
        <source>Machines</source>
        <translation>Rechner</translation>
    </message>
</context>
<context>
    <name>RailButton</name>
    <message numerus="yes">
        <source>%1, %Ln waiting</source>
        <translation>
            <numerusform>%1, %Ln wartet</numerusform>
            <numerusform>%1, %Ln warten</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RateGraph</name>
    <message>
        <source>At the moment: %1</source>
        <translation>Im Augenblick: %1</translation>
    </message>
</context>
<context>
    <name>RemoveSheet</name>
    <message>
        <source>Remove %1?</source>
        <translation>%1 entfernen?</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Delete its own files too, such as its settings</source>
        <translation>Auch seine eigenen Dateien löschen</translation>
    </message>
    <message>
        <source>They cannot be brought back. Your files stay as they are.</source>
        <translation>Sie lassen sich nicht zurückholen. Ihre Dateien bleiben, wie sie sind.</translation>
    </message>
    <message>
        <source>They are kept, for when it is installed again by the same author. Your files stay as they are.</source>
        <translation>Sie bleiben für den Fall, dass es vom selben Autor wieder installiert wird. Ihre Dateien bleiben, wie sie sind.</translation>
    </message>
</context>
<context>
    <name>RepositoriesSheet</name>
    <message>
        <source>Follow a repository</source>
        <translation>Einem Verzeichnis von Apps folgen</translation>
    </message>
    <message>
        <source>Repositories you follow</source>
        <translation>Verzeichnisse, denen Sie folgen</translation>
    </message>
    <message>
        <source>You follow no repository</source>
        <translation>Sie folgen keinem Verzeichnis von Apps</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Follow</source>
        <translation>Folgen</translation>
    </message>
    <message>
        <source>Follow another…</source>
        <translation>Einem weiteren folgen …</translation>
    </message>
    <message>
        <source>What they offer is found by searching in Apps. They are asked now and then what is new.</source>
        <translation>Was sie anbieten, findet die Suche unter „Apps“. Ab und zu werden sie gefragt, was neu ist.</translation>
    </message>
    <message>
        <source>A repository is a place with apps: an address on the Internet, or a folder. What it offers is found by searching in Apps.</source>
        <translation>Ein Verzeichnis ist ein Ort mit Apps: eine Adresse im Internet oder ein Ordner. Was es anbietet, findet die Suche unter „Apps“.</translation>
    </message>
</context>
<context>
    <name>RepositoryRow</name>
    <message>
        <source>Asking…</source>
        <translation>Wird gefragt …</translation>
    </message>
    <message>
        <source>Ask now</source>
        <translation>Jetzt fragen</translation>
    </message>
    <message>
        <source>Stop following</source>
        <translation>Nicht mehr folgen</translation>
    </message>
</context>
<context>
    <name>RequestCard</name>
    <message>
        <source>Never ask again</source>
        <translation>Nie wieder fragen</translation>
    </message>
    <message>
        <source>Don&apos;t allow</source>
        <translation>Nicht erlauben</translation>
    </message>
    <message>
        <source>Allow</source>
        <translation>Erlauben</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Auswählen …</translation>
    </message>
</context>
<context>
    <name>RequestsList</name>
    <message>
        <source>Requests</source>
        <translation>Anfragen</translation>
    </message>
    <message>
        <source>No questions</source>
        <translation>Keine Fragen</translation>
    </message>
    <message>
        <source>When an app needs something it does not have, it asks. Questions that wait and your answers appear here.</source>
        <translation>Wenn eine App etwas braucht, das sie nicht hat, fragt sie. Wartende Fragen und Ihre Antworten erscheinen hier.</translation>
    </message>
</context>
<context>
    <name>RequestsPage</name>
    <message>
        <source>Requests</source>
        <translation>Anfragen</translation>
    </message>
</context>
<context>
    <name>Rights</name>
    <message>
        <source>your whole screen</source>
        <translation>Ihr ganzer Bildschirm</translation>
    </message>
    <message>
        <source>wants to see and control everything on your screen, including these questions</source>
        <translation>möchte alles auf Ihrem Bildschirm sehen und steuern, auch diese Fragen</translation>
    </message>
    <message>
        <source>can see and control everything on your screen, including these questions</source>
        <translation>kann alles auf Ihrem Bildschirm sehen und steuern, auch diese Fragen</translation>
    </message>
    <message>
        <source>protecting its own parts from each other</source>
        <translation>Schutz eigener Teile voreinander</translation>
    </message>
    <message>
        <source>wants to protect its own parts from each other</source>
        <translation>möchte eigene Teile voreinander schützen</translation>
    </message>
    <message>
        <source>gets more of the system&apos;s machinery, as web browsers need it</source>
        <translation>bekommt mehr vom Räderwerk des Systems, wie Browser es brauchen</translation>
    </message>
    <message>
        <source>the names in your home</source>
        <translation>die Namen in Ihrem persönlichen Ordner</translation>
    </message>
    <message>
        <source>wants to see the names in your home</source>
        <translation>möchte die Namen in Ihrem persönlichen Ordner sehen</translation>
    </message>
    <message>
        <source>can list what lies in your home, and open nothing of it</source>
        <translation>kann auflisten, was in Ihrem persönlichen Ordner liegt, und nichts davon öffnen</translation>
    </message>
    <message>
        <source>notifications</source>
        <translation>Benachrichtigungen</translation>
    </message>
    <message>
        <source>wants to show you notifications</source>
        <translation>möchte Ihnen Benachrichtigungen zeigen</translation>
    </message>
    <message>
        <source>can show short messages over other windows, under its own name</source>
        <translation>kann kurze Nachrichten über anderen Fenstern zeigen, unter ihrem eigenen Namen</translation>
    </message>
    <message>
        <source>pictures of your screen</source>
        <translation>Bilder Ihres Bildschirms</translation>
    </message>
    <message>
        <source>wants to take a picture of your screen</source>
        <translation>möchte ein Bild Ihres Bildschirms aufnehmen</translation>
    </message>
    <message>
        <source>sees in that moment what other apps show too</source>
        <translation>sieht in diesem Augenblick auch, was andere Apps zeigen</translation>
    </message>
    <message>
        <source>watching your screen</source>
        <translation>Beobachten Ihres Bildschirms</translation>
    </message>
    <message>
        <source>wants to watch your screen</source>
        <translation>möchte Ihren Bildschirm beobachten</translation>
    </message>
    <message>
        <source>sees what you pick of your screen, all the time, as in a video call</source>
        <translation>sieht fortwährend, was Sie von Ihrem Bildschirm auswählen, wie in einem Videogespräch</translation>
    </message>
    <message>
        <source>the camera</source>
        <translation>die Kamera</translation>
    </message>
    <message>
        <source>wants to use the camera</source>
        <translation>möchte die Kamera benutzen</translation>
    </message>
    <message>
        <source>can see what is in front of the camera</source>
        <translation>kann sehen, was vor der Kamera ist</translation>
    </message>
    <message>
        <source>the microphone</source>
        <translation>das Mikrofon</translation>
    </message>
    <message>
        <source>wants to use the microphone</source>
        <translation>möchte das Mikrofon benutzen</translation>
    </message>
    <message>
        <source>can hear what is said around this computer</source>
        <translation>kann hören, was um diesen Computer herum gesprochen wird</translation>
    </message>
    <message>
        <source>your location</source>
        <translation>Ihr Standort</translation>
    </message>
    <message>
        <source>wants to know where you are</source>
        <translation>möchte wissen, wo Sie sind</translation>
    </message>
    <message>
        <source>learns where this computer is, and when it moves</source>
        <translation>erfährt, wo dieser Computer ist und wann er sich bewegt</translation>
    </message>
    <message>
        <source>running in the background</source>
        <translation>Laufen im Hintergrund</translation>
    </message>
    <message>
        <source>wants to run in the background</source>
        <translation>möchte im Hintergrund laufen</translation>
    </message>
    <message>
        <source>can go on without a window, and start when you log in</source>
        <translation>kann ohne Fenster weiterlaufen und beim Anmelden starten</translation>
    </message>
    <message>
        <source>your name and picture</source>
        <translation>Ihr Name und Bild</translation>
    </message>
    <message>
        <source>wants to know your name and picture</source>
        <translation>möchte Ihren Namen und Ihr Bild wissen</translation>
    </message>
    <message>
        <source>learns your name on this computer, your full name and the picture of your account</source>
        <translation>erfährt Ihren Namen auf diesem Computer, Ihren vollen Namen und das Bild Ihres Kontos</translation>
    </message>
    <message>
        <source>the wallpaper</source>
        <translation>das Hintergrundbild</translation>
    </message>
    <message>
        <source>wants to change the wallpaper</source>
        <translation>möchte das Hintergrundbild ändern</translation>
    </message>
    <message>
        <source>can change the picture behind your windows</source>
        <translation>kann das Bild hinter Ihren Fenstern ändern</translation>
    </message>
    <message>
        <source>printing</source>
        <translation>Drucken</translation>
    </message>
    <message>
        <source>wants to print</source>
        <translation>möchte drucken</translation>
    </message>
    <message>
        <source>can send pages to a printer; you choose which one</source>
        <translation>kann Seiten an einen Drucker schicken; Sie wählen, an welchen</translation>
    </message>
    <message>
        <source>writing e-mails</source>
        <translation>Schreiben von E-Mails</translation>
    </message>
    <message>
        <source>wants to begin an e-mail</source>
        <translation>möchte eine E-Mail beginnen</translation>
    </message>
    <message>
        <source>can fill in a new message in your mail program; you send it or do not</source>
        <translation>kann in Ihrem Mailprogramm eine neue Nachricht ausfüllen; Sie senden sie oder nicht</translation>
    </message>
    <message>
        <source>entries in your menu</source>
        <translation>Einträge in Ihrem Menü</translation>
    </message>
    <message>
        <source>wants to put an entry into your menu</source>
        <translation>möchte einen Eintrag in Ihr Menü setzen</translation>
    </message>
    <message>
        <source>can add things to your menu of apps, with a name and a picture of its choice</source>
        <translation>kann Ihrem Menü der Apps etwas hinzufügen, mit Namen und Bild ihrer Wahl</translation>
    </message>
    <message>
        <source>USB devices</source>
        <translation>USB-Geräte</translation>
    </message>
    <message>
        <source>wants to use a USB device</source>
        <translation>möchte ein USB-Gerät benutzen</translation>
    </message>
    <message>
        <source>can read from the device you choose, and write to it</source>
        <translation>kann von dem Gerät, das Sie wählen, lesen und darauf schreiben</translation>
    </message>
    <message>
        <source>controlling your screen</source>
        <translation>Steuern Ihres Bildschirms</translation>
    </message>
    <message>
        <source>wants to see and control your screen</source>
        <translation>möchte Ihren Bildschirm sehen und steuern</translation>
    </message>
    <message>
        <source>sees what you pick of your screen, and can press keys and click in every app</source>
        <translation>sieht, was Sie von Ihrem Bildschirm auswählen, und kann in jeder App Tasten drücken und klicken</translation>
    </message>
    <message>
        <source>your keyboard and mouse at the edge of the screen</source>
        <translation>Ihre Tastatur und Maus am Rand des Bildschirms</translation>
    </message>
    <message>
        <source>wants to take over keyboard and mouse at the edge of the screen</source>
        <translation>möchte am Rand des Bildschirms Tastatur und Maus übernehmen</translation>
    </message>
    <message>
        <source>gets all that you type and click while the pointer is beyond the edge</source>
        <translation>bekommt alles, was Sie tippen und klicken, während der Zeiger jenseits des Randes ist</translation>
    </message>
    <message>
        <source>shortcuts everywhere</source>
        <translation>Tastenkürzel überall</translation>
    </message>
    <message>
        <source>wants shortcuts that work everywhere</source>
        <translation>möchte Tastenkürzel, die überall gelten</translation>
    </message>
    <message>
        <source>is told when you press its shortcuts in other apps, and of no other key</source>
        <translation>erfährt, wenn Sie in anderen Apps ihre Tastenkürzel drücken, und von keiner anderen Taste</translation>
    </message>
    <message>
        <source>the clipboard</source>
        <translation>die Zwischenablage</translation>
    </message>
    <message>
        <source>wants to use the clipboard</source>
        <translation>möchte die Zwischenablage benutzen</translation>
    </message>
    <message>
        <source>can read what you copied in other apps, and put something else there</source>
        <translation>kann lesen, was Sie in anderen Apps kopiert haben, und etwas anderes hineinlegen</translation>
    </message>
    <message>
        <source>the graphics processor</source>
        <translation>den Grafikprozessor</translation>
    </message>
    <message>
        <source>wants to use the graphics processor</source>
        <translation>möchte den Grafikprozessor benutzen</translation>
    </message>
    <message>
        <source>talks to the graphics driver directly, as games and video need it</source>
        <translation>spricht direkt mit dem Grafiktreiber, wie Spiele und Video es brauchen</translation>
    </message>
    <message>
        <source>sound</source>
        <translation>Ton</translation>
    </message>
    <message>
        <source>wants to play sound</source>
        <translation>möchte Ton abspielen</translation>
    </message>
    <message>
        <source>can be heard; to hear you, it asks</source>
        <translation>ist zu hören; um Sie zu hören, fragt sie</translation>
    </message>
    <message>
        <source>copying and pasting</source>
        <translation>Kopieren und Einfügen</translation>
    </message>
    <message>
        <source>wants to copy and paste</source>
        <translation>möchte kopieren und einfügen</translation>
    </message>
    <message>
        <source>can paste what you copied elsewhere, and offer what you copy in it, while you work in it</source>
        <translation>kann einfügen, was Sie anderswo kopiert haben, und anbieten, was Sie in ihr kopieren, solange Sie in ihr arbeiten</translation>
    </message>
    <message>
        <source>input methods</source>
        <translation>Eingabemethoden</translation>
    </message>
    <message>
        <source>wants to use your input method</source>
        <translation>möchte Ihre Eingabemethode benutzen</translation>
    </message>
    <message>
        <source>what you type in it goes through your input method, which puts in what you choose</source>
        <translation>was Sie darin tippen, geht durch Ihre Eingabemethode; sie setzt ein, was Sie auswählen</translation>
    </message>
    <message>
        <source>the icons in the panel</source>
        <translation>die Symbole in der Leiste</translation>
    </message>
    <message>
        <source>wants to show an icon in the panel</source>
        <translation>möchte ein Symbol in der Leiste zeigen</translation>
    </message>
    <message>
        <source>can show a small picture with a menu beside the clock</source>
        <translation>kann ein kleines Bild mit einem Menü neben der Uhr zeigen</translation>
    </message>
    <message>
        <source>the media keys</source>
        <translation>die Medientasten</translation>
    </message>
    <message>
        <source>wants to follow the media keys</source>
        <translation>möchte den Medientasten folgen</translation>
    </message>
    <message>
        <source>is told of play and pause, and the panel shows what it plays</source>
        <translation>erfährt von Wiedergabe und Pause, und die Leiste zeigt, was sie spielt</translation>
    </message>
    <message>
        <source>screen readers</source>
        <translation>Bildschirmleser</translation>
    </message>
    <message>
        <source>wants to be read by screen readers</source>
        <translation>möchte von Bildschirmlesern gelesen werden</translation>
    </message>
    <message>
        <source>what its windows say can be read aloud</source>
        <translation>was in ihren Fenstern steht, kann vorgelesen werden</translation>
    </message>
    <message>
        <source>other apps</source>
        <translation>andere Apps</translation>
    </message>
    <message>
        <source>wants to open something in another app</source>
        <translation>möchte etwas in einer anderen App öffnen</translation>
    </message>
    <message>
        <source>can open links and files in other apps; you choose which</source>
        <translation>kann Links und Dateien in anderen Apps öffnen; Sie wählen, in welcher</translation>
    </message>
</context>
<context>
    <name>RoomStep</name>
    <message>
        <source>Open “Add a machine” on the other one too. Then pick it here, or pick this one there: one of the two is enough.</source>
        <translation>Öffnen Sie „Rechner hinzufügen“ auch am anderen. Wählen Sie ihn dann hier aus, oder diesen dort: eins von beiden genügt.</translation>
    </message>
    <message>
        <source>Anybody can announce anything. The four words will show which machine it is.</source>
        <translation>Ankündigen kann jeder alles. Die vier Wörter werden zeigen, welcher Rechner es ist.</translation>
    </message>
    <message>
        <source>No other Latchkey announces itself on this network.</source>
        <translation>Kein anderes Latchkey kündigt sich in diesem Netz an.</translation>
    </message>
    <message>
        <source>Its address, or ssh and a host</source>
        <translation>Seine Adresse, oder ssh und ein Name</translation>
    </message>
    <message>
        <source>Stop trying</source>
        <translation>Nicht weiter versuchen</translation>
    </message>
    <message>
        <source>Connect</source>
        <translation>Verbinden</translation>
    </message>
    <message>
        <source>Connecting to %1…</source>
        <translation>Verbindung mit %1 …</translation>
    </message>
    <message>
        <source>There, this machine shows the letters %1.</source>
        <translation>Dieser Rechner zeigt dort die Buchstaben %1.</translation>
    </message>
</context>
<context>
    <name>ShareFields</name>
    <message>
        <source>What</source>
        <translation>Was</translation>
    </message>
    <message>
        <source>What apps offer</source>
        <translation>Was Apps anbieten</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>Wird gesucht …</translation>
    </message>
    <message>
        <source>No app that runs offers anything at this moment. Start the app first.</source>
        <translation>Keine laufende App bietet gerade etwas an. Starten Sie zuerst die App.</translation>
    </message>
    <message>
        <source>Port, such as %1</source>
        <translation>Port, etwa %1</translation>
    </message>
    <message>
        <source>Name and port, such as %1</source>
        <translation>Name und Port, etwa %1</translation>
    </message>
    <message>
        <source>Where the file is</source>
        <translation>Wo die Datei liegt</translation>
    </message>
    <message>
        <source>Where the folder is</source>
        <translation>Wo der Ordner liegt</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Auswählen …</translation>
    </message>
    <message>
        <source>It may</source>
        <translation>Er darf</translation>
    </message>
    <message>
        <source>Called there</source>
        <translation>Heißt dort</translation>
    </message>
    <message>
        <source>What it is called there</source>
        <translation>Wie es dort heißt</translation>
    </message>
    <message>
        <source>How long</source>
        <translation>Wie lange</translation>
    </message>
    <message>
        <source>At most</source>
        <translation>Höchstens</translation>
    </message>
    <message>
        <source>any</source>
        <translation>beliebig</translation>
    </message>
    <message>
        <source>How often at most</source>
        <translation>Wie oft höchstens</translation>
    </message>
    <message>
        <source>uses</source>
        <comment>how often: behind a number</comment>
        <translation>Nutzungen</translation>
    </message>
    <message>
        <source>How much data at most, such as 500 MB</source>
        <translation>Wie viele Daten höchstens, etwa 500 MB</translation>
    </message>
    <message>
        <source>of data</source>
        <comment>how much: behind a size</comment>
        <translation>Daten</translation>
    </message>
    <message>
        <source>It may let other machines use it too</source>
        <translation>Er darf es auch andere Rechner benutzen lassen</translation>
    </message>
    <message>
        <source>Share a folder</source>
        <translation>Einen Ordner freigeben</translation>
    </message>
    <message>
        <source>Share a file</source>
        <translation>Eine Datei freigeben</translation>
    </message>
</context>
<context>
    <name>ShareSheet</name>
    <message>
        <source>Pass on %1</source>
        <translation>%1 weitergeben</translation>
    </message>
    <message>
        <source>Share something</source>
        <translation>Etwas teilen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Sharing…</source>
        <translation>Wird geteilt …</translation>
    </message>
    <message>
        <source>Pass on</source>
        <translation>Weitergeben</translation>
    </message>
    <message>
        <source>Share</source>
        <translation>Teilen</translation>
    </message>
    <message>
        <source>With</source>
        <comment>a machine</comment>
        <translation>Mit</translation>
    </message>
    <message>
        <source>To</source>
        <comment>a machine</comment>
        <translation>An</translation>
    </message>
</context>
<context>
    <name>Sharing</name>
    <message numerus="yes">
        <source>%Ln use(s)</source>
        <translation>
            <numerusform>%Ln Nutzung</numerusform>
            <numerusform>%Ln Nutzungen</numerusform>
        </translation>
    </message>
    <message>
        <source>Given back or declined by you</source>
        <translation>Von Ihnen abgelehnt oder zurückgegeben</translation>
    </message>
    <message>
        <source>Ended by its owner</source>
        <translation>Von der Gegenseite beendet</translation>
    </message>
    <message>
        <source>Expired</source>
        <translation>Abgelaufen</translation>
    </message>
    <message>
        <source>Used up</source>
        <translation>Aufgebraucht</translation>
    </message>
    <message>
        <source>Its owner does not have it any more</source>
        <translation>Die Gegenseite hat es selbst nicht mehr</translation>
    </message>
    <message>
        <source>Replaced by its owner</source>
        <translation>Von der Gegenseite ersetzt</translation>
    </message>
    <message>
        <source>Over</source>
        <translation>Vorbei</translation>
    </message>
    <message>
        <source>A service</source>
        <translation>Ein Dienst</translation>
    </message>
    <message>
        <source>A computer of its network</source>
        <translation>Ein Computer seines Netzes</translation>
    </message>
    <message>
        <source>%1, which this version cannot use</source>
        <translation>%1: Das kann diese Version nicht benutzen</translation>
    </message>
    <message>
        <source>(no name)</source>
        <translation>(kein Name)</translation>
    </message>
    <message>
        <source>“%1”</source>
        <translation>„%1“</translation>
    </message>
    <message>
        <source>until %1</source>
        <translation>bis %1</translation>
    </message>
    <message>
        <source>until its owner ends it</source>
        <translation>bis die Gegenseite es beendet</translation>
    </message>
    <message>
        <source>at most %1</source>
        <comment>so many uses</comment>
        <translation>höchstens %1</translation>
    </message>
    <message>
        <source>at most %1</source>
        <comment>so many bytes</comment>
        <translation>höchstens %1</translation>
    </message>
    <message>
        <source>you may pass it on</source>
        <translation>Sie dürfen es weitergeben</translation>
    </message>
    <message>
        <source>Paused by its owner</source>
        <translation>Von der Gegenseite angehalten</translation>
    </message>
    <message>
        <source>Offered %1</source>
        <comment>a moment</comment>
        <translation>Angeboten: %1</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>Wird benutzt</translation>
    </message>
    <message>
        <source>No app has it yet</source>
        <translation>Noch hat es keine App</translation>
    </message>
    <message>
        <source>Last used %1</source>
        <comment>a moment</comment>
        <translation>Zuletzt benutzt: %1</translation>
    </message>
    <message>
        <source>Not used yet</source>
        <translation>Noch nicht benutzt</translation>
    </message>
    <message>
        <source>cannot be reached now</source>
        <translation>gerade nicht erreichbar</translation>
    </message>
    <message>
        <source>not accepted yet</source>
        <translation>noch nicht angenommen</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <comment>uses</comment>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <comment>sizes</comment>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>may be passed on</source>
        <translation>darf weitergegeben werden</translation>
    </message>
    <message>
        <source>passed on from %1</source>
        <translation>weitergegeben von %1</translation>
    </message>
    <message>
        <source>%1 may use %2 until %3.</source>
        <translation>%1 darf %2 bis %3 benutzen.</translation>
    </message>
    <message>
        <source>%1 may use %2 until you stop it.</source>
        <translation>%1 darf %2 benutzen, bis Sie es beenden.</translation>
    </message>
    <message>
        <source>At most %1.</source>
        <comment>so many uses</comment>
        <translation>Höchstens %1.</translation>
    </message>
    <message>
        <source>At most %1.</source>
        <comment>so many bytes</comment>
        <translation>Höchstens %1.</translation>
    </message>
    <message>
        <source>It may let other machines use it too.</source>
        <translation>Er darf es auch andere Rechner benutzen lassen.</translation>
    </message>
    <message>
        <source>A folder, to read and change</source>
        <translation>Ein Ordner, zum Lesen und Ändern</translation>
    </message>
    <message>
        <source>A folder, to read</source>
        <translation>Ein Ordner, nur zum Lesen</translation>
    </message>
    <message>
        <source>A file, to read and change</source>
        <translation>Eine Datei, zum Lesen und Ändern</translation>
    </message>
    <message>
        <source>A file, to read</source>
        <translation>Eine Datei, nur zum Lesen</translation>
    </message>
    <message>
        <source>Among your files; no app has it</source>
        <translation>Bei Ihren Dateien; keine App hat es</translation>
    </message>
    <message>
        <source>%1 may read and change %2 until %3.</source>
        <translation>%1 darf %2 bis %3 lesen und ändern.</translation>
    </message>
    <message>
        <source>%1 may read %2 until %3.</source>
        <translation>%1 darf %2 bis %3 lesen.</translation>
    </message>
    <message>
        <source>%1 may read and change %2 until you stop it.</source>
        <translation>%1 darf %2 lesen und ändern, bis Sie es beenden.</translation>
    </message>
    <message>
        <source>%1 may read %2 until you stop it.</source>
        <translation>%1 darf %2 lesen, bis Sie es beenden.</translation>
    </message>
    <message>
        <source>a file</source>
        <translation>eine Datei</translation>
    </message>
    <message>
        <source>the file %1</source>
        <translation>die Datei %1</translation>
    </message>
    <message>
        <source>a folder</source>
        <translation>einen Ordner</translation>
    </message>
    <message>
        <source>the folder %1</source>
        <translation>den Ordner %1</translation>
    </message>
    <message>
        <source>a computer that it can reach</source>
        <translation>einen Computer, den er erreicht</translation>
    </message>
    <message>
        <source>%1, which it can reach</source>
        <comment>a computer</comment>
        <translation>%1, den er erreicht</translation>
    </message>
    <message>
        <source>something that runs there</source>
        <translation>etwas, das dort läuft</translation>
    </message>
    <message>
        <source>%1, which runs there</source>
        <comment>a service</comment>
        <translation>%1, das dort läuft</translation>
    </message>
    <message>
        <source>waiting for an answer</source>
        <translation>wartet auf Antwort</translation>
    </message>
    <message>
        <source>asked when it is connected</source>
        <translation>wird gefragt, sobald er verbunden ist</translation>
    </message>
    <message>
        <source>given</source>
        <translation>gegeben</translation>
    </message>
    <message>
        <source>not given</source>
        <translation>nicht gegeben</translation>
    </message>
    <message>
        <source>taken back by you</source>
        <translation>von Ihnen zurückgenommen</translation>
    </message>
    <message>
        <source>could not be asked</source>
        <translation>konnte nicht gefragt werden</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>Wird gestartet …</translation>
    </message>
    <message>
        <source>Running since %1</source>
        <comment>a moment</comment>
        <translation>Läuft seit %1</translation>
    </message>
    <message>
        <source>It ran when the connection was lost</source>
        <translation>Lief, als die Verbindung abbrach</translation>
    </message>
    <message>
        <source>Refused</source>
        <translation>Abgelehnt</translation>
    </message>
    <message>
        <source>Ended</source>
        <translation>Beendet</translation>
    </message>
    <message>
        <source>Ended with status %1</source>
        <translation>Mit Status %1 beendet</translation>
    </message>
    <message>
        <source>Ended by signal %1</source>
        <translation>Durch Signal %1 beendet</translation>
    </message>
    <message>
        <source>It could not be started there</source>
        <translation>Konnte dort nicht gestartet werden</translation>
    </message>
    <message>
        <source>Not running</source>
        <translation>Läuft nicht</translation>
    </message>
    <message>
        <source>An app, to start and stop there</source>
        <translation>Eine App zum Starten und Beenden</translation>
    </message>
    <message>
        <source>%1 may start and stop %2 until %3.</source>
        <translation>%1 darf %2 bis %3 starten und beenden.</translation>
    </message>
    <message>
        <source>%1 may start and stop %2 until you stop it.</source>
        <translation>%1 darf %2 starten und beenden, bis Sie das zurücknehmen.</translation>
    </message>
    <message>
        <source>It sees whether it runs, and nothing that it says.</source>
        <translation>Es sieht, ob sie läuft, und nichts von dem, was sie ausgibt.</translation>
    </message>
</context>
<context>
    <name>StopSheet</name>
    <message numerus="yes">
        <source>and %Ln more</source>
        <translation>
            <numerusform>und %Ln weiteres</numerusform>
            <numerusform>und %Ln weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Let it run</source>
        <translation>Laufen lassen</translation>
    </message>
    <message>
        <source>Stop the app</source>
        <translation>App beenden</translation>
    </message>
</context>
<context>
    <name>ThisMachineCard</name>
    <message>
        <source>This machine: %1</source>
        <translation>Dieser Rechner: %1</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>Ändern …</translation>
    </message>
</context>
<context>
    <name>ThisMachineSheet</name>
    <message>
        <source>This machine</source>
        <translation>Dieser Rechner</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Its name</source>
        <translation>Sein Name</translation>
    </message>
    <message>
        <source>What this machine calls itself</source>
        <translation>Wie dieser Rechner sich nennt</translation>
    </message>
    <message>
        <source>Let other machines connect</source>
        <translation>Andere Rechner verbinden lassen</translation>
    </message>
    <message>
        <source>Those that you added, and nobody else. Without it this machine can still connect to them.</source>
        <translation>Die Sie hinzugefügt haben, und niemand sonst. Auch ohne das kann dieser Rechner sich mit ihnen verbinden.</translation>
    </message>
    <message>
        <source>Be found on the local network</source>
        <translation>Im lokalen Netz gefunden werden</translation>
    </message>
    <message>
        <source>Others nearby see that a Latchkey is here, without its name, so that they need no address.</source>
        <translation>Andere in der Nähe sehen, dass hier ein Latchkey ist, ohne seinen Namen, und brauchen keine Adresse.</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>Port</translation>
    </message>
    <message>
        <source>the usual one</source>
        <translation>der übliche</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message>
        <source>Stop: %1</source>
        <translation>Beenden: %1</translation>
    </message>
    <message numerus="yes">
        <source>Latchkey: %Ln question(s) wait</source>
        <translation>
            <numerusform>Latchkey: %Ln Frage wartet</numerusform>
            <numerusform>Latchkey: %Ln Fragen warten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln question(s) wait</source>
        <translation>
            <numerusform>%Ln Frage wartet</numerusform>
            <numerusform>%Ln Fragen warten</numerusform>
        </translation>
    </message>
    <message>
        <source>Open Latchkey</source>
        <translation>Latchkey öffnen</translation>
    </message>
    <message>
        <source>Stop all apps</source>
        <translation>Alle Apps beenden</translation>
    </message>
    <message>
        <source>All network off</source>
        <translation>Netzwerk für alle aus</translation>
    </message>
</context>
<context>
    <name>TrialRow</name>
    <message>
        <source>Not kept: %1</source>
        <translation>Nicht behalten: %1</translation>
    </message>
</context>
<context>
    <name>TrialSheet</name>
    <message>
        <source>Your files are as they were. Choose what of this shall stay. What it did elsewhere, on the network for one, is not undone.</source>
        <translation>Ihre Dateien sind, wie sie waren. Wählen Sie, was hiervon bleiben soll. Was sie anderswo getan hat, etwa im Netzwerk, wird nicht rückgängig gemacht.</translation>
    </message>
    <message>
        <source>What it changed</source>
        <translation>Was sie geändert hat</translation>
    </message>
    <message>
        <source>Choose all</source>
        <translation>Alle wählen</translation>
    </message>
    <message>
        <source>Choose none</source>
        <translation>Keine wählen</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Später</translation>
    </message>
    <message>
        <source>Discard all</source>
        <translation>Alles verwerfen</translation>
    </message>
    <message>
        <source>Keep all</source>
        <translation>Alles behalten</translation>
    </message>
    <message>
        <source>Keep %1, discard %2</source>
        <translation>%1 behalten, %2 verwerfen</translation>
    </message>
</context>
<context>
    <name>TrialsWaiting</name>
    <message>
        <source>Tried apps</source>
        <translation>Ausprobierte Apps</translation>
    </message>
    <message>
        <source>%1 was only tried (%2). You have not said what stays.</source>
        <translation>%1 wurde nur ausprobiert (%2). Sie haben noch nicht gesagt, was bleibt.</translation>
    </message>
    <message>
        <source>Look…</source>
        <translation>Ansehen …</translation>
    </message>
</context>
<context>
    <name>UnaskedCard</name>
    <message>
        <source>Play sound</source>
        <translation>Ton abspielen</translation>
    </message>
    <message>
        <source>It can be heard; to hear you, it asks. From its next start on.</source>
        <translation>Sie ist zu hören; um Sie zu hören, fragt sie. Ab ihrem nächsten Start.</translation>
    </message>
    <message>
        <source>Show notifications</source>
        <translation>Mitteilungen zeigen</translation>
    </message>
    <message>
        <source>Short messages over other windows, under its own name.</source>
        <translation>Kurze Nachrichten über anderen Fenstern, unter ihrem eigenen Namen.</translation>
    </message>
    <message>
        <source>Copy and paste in X11 windows</source>
        <translation>In X11-Fenstern kopieren und einfügen</translation>
    </message>
    <message>
        <source>For apps that know nothing newer: while you work in one, what you copied elsewhere can be pasted there, and the other way. From its next start on.</source>
        <translation>Für Apps, die nichts Neueres kennen: Solange Sie in einer arbeiten, lässt sich dort einfügen, was Sie anderswo kopiert haben, und umgekehrt. Ab ihrem nächsten Start.</translation>
    </message>
    <message>
        <source>Write through input methods</source>
        <translation>Über Eingabemethoden schreiben</translation>
    </message>
    <message>
        <source>What you type in it goes through your input method (ibus, fcitx), as Chinese or Japanese needs it.</source>
        <translation>Was Sie darin tippen, geht durch Ihre Eingabemethode (ibus, fcitx), wie es Chinesisch oder Japanisch braucht.</translation>
    </message>
    <message>
        <source>Show an icon in the panel</source>
        <translation>Ein Symbol in der Leiste zeigen</translation>
    </message>
    <message>
        <source>A small picture with a menu beside the clock, where your desktop has such a place.</source>
        <translation>Ein kleines Bild mit einem Menü neben der Uhr, wo Ihr Desktop einen solchen Platz hat.</translation>
    </message>
    <message>
        <source>Follow the media keys</source>
        <translation>Den Medientasten folgen</translation>
    </message>
    <message>
        <source>Play and pause reach it, and the panel shows what it plays.</source>
        <translation>Wiedergabe und Pause erreichen sie, und die Leiste zeigt, was sie spielt.</translation>
    </message>
    <message>
        <source>Be read by screen readers</source>
        <translation>Von Bildschirmlesern gelesen werden</translation>
    </message>
    <message>
        <source>What its windows say can be read aloud. It cannot read other apps.</source>
        <translation>Was in ihren Fenstern steht, kann vorgelesen werden. Andere Apps kann sie nicht lesen.</translation>
    </message>
    <message>
        <source>Print</source>
        <translation>Drucken</translation>
    </message>
    <message>
        <source>It can send pages to a printer; you choose which one each time.</source>
        <translation>Sie kann Seiten an einen Drucker schicken; Sie wählen jedes Mal, an welchen.</translation>
    </message>
    <message>
        <source>Open links and files in other apps</source>
        <translation>Links und Dateien in anderen Apps öffnen</translation>
    </message>
    <message>
        <source>You choose the app, unless you said to remember it.</source>
        <translation>Sie wählen die App, außer wenn Sie sie merken ließen.</translation>
    </message>
</context>
<context>
    <name>UndoLine</name>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
</context>
<context>
    <name>UpdateRow</name>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>Installing</source>
        <translation>Wird installiert</translation>
    </message>
    <message>
        <source>New versions by themselves, if they ask for no more</source>
        <translation>Neue Versionen von selbst, wenn sie nicht mehr verlangen</translation>
    </message>
    <message>
        <source>Look…</source>
        <translation>Ansehen …</translation>
    </message>
    <message>
        <source>Give up</source>
        <translation>Aufgeben</translation>
    </message>
    <message>
        <source>Update</source>
        <translation>Aktualisieren</translation>
    </message>
</context>
<context>
    <name>UpdatesSheet</name>
    <message numerus="yes">
        <source>Newer versions of %Ln app(s)</source>
        <translation>
            <numerusform>Neuere Version von %Ln App</numerusform>
            <numerusform>Neuere Versionen von %Ln Apps</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing newer is known</source>
        <translation>Von nichts Neuerem ist bekannt</translation>
    </message>
    <message>
        <source>Apps from bundles</source>
        <translation>Apps aus Bündeln</translation>
    </message>
    <message>
        <source>No apps from bundles yet</source>
        <translation>Noch keine Apps aus Bündeln</translation>
    </message>
    <message>
        <source>Repositories…</source>
        <translation>Verzeichnisse …</translation>
    </message>
    <message>
        <source>Ask now</source>
        <translation>Jetzt fragen</translation>
    </message>
    <message>
        <source>Update all</source>
        <translation>Alle aktualisieren</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>UseOfferSheet</name>
    <message>
        <source>Use it in which app?</source>
        <translation>In welcher App benutzen?</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Asking %1…</source>
        <translation>%1 wird gefragt …</translation>
    </message>
    <message>
        <source>Use it</source>
        <translation>Benutzen</translation>
    </message>
    <message>
        <source>%1 calls it:</source>
        <translation>%1 nennt es:</translation>
    </message>
    <message>
        <source>(no name)</source>
        <translation>(kein Name)</translation>
    </message>
    <message>
        <source>It finds it at</source>
        <translation>Dort findet sie es</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>Port</translation>
    </message>
    <message>
        <source>How long</source>
        <translation>Wie lange</translation>
    </message>
    <message>
        <source>Where do you want it?</source>
        <translation>Wo soll es zu finden sein?</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>Wo</translation>
    </message>
</context>
<context>
    <name>Uses</name>
    <message>
        <source>%1 hears your microphone</source>
        <translation>%1 hört Ihr Mikrofon</translation>
    </message>
    <message>
        <source>%1 uses your camera</source>
        <translation>%1 benutzt Ihre Kamera</translation>
    </message>
    <message>
        <source>%1 watches your screen</source>
        <translation>%1 sieht Ihren Bildschirm</translation>
    </message>
    <message>
        <source>%1 sees and controls your screen</source>
        <translation>%1 sieht und steuert Ihren Bildschirm</translation>
    </message>
    <message>
        <source>%1 can take over your keyboard and mouse</source>
        <translation>%1 kann Tastatur und Maus übernehmen</translation>
    </message>
    <message>
        <source>%1 follows where you are</source>
        <translation>%1 verfolgt, wo Sie sind</translation>
    </message>
    <message>
        <source>Stopped: %1</source>
        <translation>Beendet: %1</translation>
    </message>
</context>
<context>
    <name>WaitingCard</name>
    <message numerus="yes">
        <source>New versions of %Ln app(s) wait: they ask for more than before.</source>
        <translation>
            <numerusform>Eine neue Version von %Ln App wartet: Sie will mehr als bisher.</numerusform>
            <numerusform>Neue Versionen von %Ln Apps warten: Sie wollen mehr als bisher.</numerusform>
        </translation>
    </message>
    <message>
        <source>A new version of %1 waits: it asks for more than before.</source>
        <translation>Eine neue Version von %1 wartet: Sie will mehr als bisher.</translation>
    </message>
    <message>
        <source>Look…</source>
        <translation>Ansehen …</translation>
    </message>
</context>
<context>
    <name>WayRow</name>
    <message>
        <source>Try %1 earlier</source>
        <translation>%1 früher versuchen</translation>
    </message>
    <message>
        <source>Remove %1</source>
        <translation>%1 entfernen</translation>
    </message>
</context>
<context>
    <name>WaysTab</name>
    <message>
        <source>They are tried in this order. Whoever answers has to prove to be this machine, so a wrong way leads nowhere.</source>
        <translation>Sie werden in dieser Reihenfolge versucht. Wer antwortet, muss beweisen, dieser Rechner zu sein; ein falscher Weg führt also nirgendwohin.</translation>
    </message>
    <message>
        <source>Ways to it</source>
        <translation>Wege zu ihm</translation>
    </message>
    <message>
        <source>No way to it is known. It can still connect to this machine.</source>
        <translation>Kein Weg zu ihm ist bekannt. Er kann sich aber mit diesem Rechner verbinden.</translation>
    </message>
    <message>
        <source>Another address, or ssh and a host</source>
        <translation>Noch eine Adresse, oder ssh und ein Name</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Hinzufügen</translation>
    </message>
</context>
<context>
    <name>WhoHeader</name>
    <message>
        <source>profile %1</source>
        <translation>Profil %1</translation>
    </message>
</context>
<context>
    <name>WhySheet</name>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message>
        <source>never</source>
        <comment>a moment that has not come</comment>
        <translation>nie</translation>
    </message>
    <message>
        <source>just now</source>
        <translation>gerade eben</translation>
    </message>
    <message>
        <source>yesterday</source>
        <translation>gestern</translation>
    </message>
    <message>
        <source>tomorrow</source>
        <translation>morgen</translation>
    </message>
    <message>
        <source>d MMM</source>
        <comment>date format of a day in this year</comment>
        <translation>d. MMM</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Heute</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>Gestern</translation>
    </message>
    <message>
        <source>dddd, d MMMM</source>
        <comment>date format of a heading</comment>
        <translation>dddd, d. MMMM</translation>
    </message>
    <message>
        <source>Your home</source>
        <translation>Persönlich</translation>
    </message>
    <message>
        <source>wants to save this file</source>
        <translation>möchte diese Datei speichern</translation>
    </message>
    <message>
        <source>wants to open and change this file</source>
        <translation>möchte diese Datei öffnen und ändern</translation>
    </message>
    <message>
        <source>wants to open this file</source>
        <translation>möchte diese Datei öffnen</translation>
    </message>
    <message>
        <source>wants to make this folder</source>
        <translation>möchte diesen Ordner anlegen</translation>
    </message>
    <message>
        <source>wants to see and change what is in this folder</source>
        <translation>möchte sehen und ändern, was in diesem Ordner liegt</translation>
    </message>
    <message>
        <source>wants to see what is in this folder</source>
        <translation>möchte sehen, was in diesem Ordner liegt</translation>
    </message>
    <message>
        <source>wants to connect to</source>
        <translation>möchte sich verbinden mit</translation>
    </message>
    <message>
        <source>offers something to others. Let them reach it?</source>
        <translation>bietet anderen etwas an. Dürfen sie es erreichen?</translation>
    </message>
    <message>
        <source>needs a service</source>
        <translation>braucht einen Dienst</translation>
    </message>
    <message>
        <source>wants to use</source>
        <translation>möchte benutzen</translation>
    </message>
    <message>
        <source>wants to start</source>
        <translation>möchte starten</translation>
    </message>
    <message>
        <source>wants to see this window</source>
        <translation>möchte dieses Fenster sehen</translation>
    </message>
    <message>
        <source>new</source>
        <translation>neu</translation>
    </message>
    <message numerus="yes">
        <source>%Ln thing(s)</source>
        <comment>entries of a folder</comment>
        <translation>
            <numerusform>%Ln Eintrag</numerusform>
            <numerusform>%Ln Einträge</numerusform>
        </translation>
    </message>
    <message>
        <source>changed %1</source>
        <translation>geändert: %1</translation>
    </message>
    <message>
        <source>%1 may not use %2</source>
        <translation>%1 darf %2 nicht benutzen</translation>
    </message>
    <message>
        <source>%1 can use %2</source>
        <translation>%1 kann %2 benutzen</translation>
    </message>
    <message>
        <source>%1 can look at and change %2</source>
        <translation>%1 kann %2 ansehen und ändern</translation>
    </message>
    <message>
        <source>%1 can look at %2</source>
        <translation>%1 kann %2 ansehen</translation>
    </message>
    <message>
        <source>waiting for you</source>
        <translation>wartet auf Sie</translation>
    </message>
    <message>
        <source>allowed by you</source>
        <translation>von Ihnen erlaubt</translation>
    </message>
    <message>
        <source>not allowed by you</source>
        <translation>von Ihnen nicht erlaubt</translation>
    </message>
    <message>
        <source>never allowed</source>
        <translation>nie erlaubt</translation>
    </message>
    <message>
        <source>closed without an answer</source>
        <translation>ohne Antwort geschlossen</translation>
    </message>
    <message>
        <source>no answer in time</source>
        <translation>keine Antwort in der Zeit</translation>
    </message>
    <message>
        <source>no longer asked</source>
        <translation>nicht mehr gefragt</translation>
    </message>
    <message>
        <source>could not be asked</source>
        <translation>konnte nicht gefragt werden</translation>
    </message>
    <message>
        <source>use</source>
        <comment>access to something that is no file</comment>
        <translation>benutzen</translation>
    </message>
    <message>
        <source>look and change</source>
        <translation>ansehen und ändern</translation>
    </message>
    <message>
        <source>look only</source>
        <translation>nur ansehen</translation>
    </message>
    <message>
        <source>this time</source>
        <translation>dieses Mal</translation>
    </message>
    <message>
        <source>while it runs</source>
        <translation>solange sie läuft</translation>
    </message>
    <message>
        <source>until %1</source>
        <translation>bis %1</translation>
    </message>
    <message>
        <source>always</source>
        <translation>immer</translation>
    </message>
    <message>
        <source>this file</source>
        <translation>diese Datei</translation>
    </message>
    <message>
        <source>this folder</source>
        <translation>diesen Ordner</translation>
    </message>
    <message>
        <source>its folder</source>
        <translation>ihren Ordner</translation>
    </message>
    <message>
        <source>this folder and all below</source>
        <translation>diesen Ordner und alles darunter</translation>
    </message>
    <message>
        <source>its folder and all below</source>
        <translation>ihren Ordner und alles darunter</translation>
    </message>
    <message>
        <source>names only</source>
        <translation>nur Namen</translation>
    </message>
    <message>
        <source>and all below</source>
        <translation>und alles darunter</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>angehalten</translation>
    </message>
    <message>
        <source>expired %1</source>
        <translation>abgelaufen: %1</translation>
    </message>
    <message>
        <source>stopped %1</source>
        <translation>beendet: %1</translation>
    </message>
    <message>
        <source>you were asked</source>
        <translation>Sie wurden gefragt</translation>
    </message>
    <message>
        <source>you typed it</source>
        <translation>Sie haben es eingegeben</translation>
    </message>
    <message>
        <source>you dropped it on the app</source>
        <translation>Sie haben es auf der App abgelegt</translation>
    </message>
    <message>
        <source>you picked it</source>
        <translation>Sie haben es ausgewählt</translation>
    </message>
    <message>
        <source>you added it</source>
        <translation>Sie haben es hinzugefügt</translation>
    </message>
    <message>
        <source>you started the app in it</source>
        <translation>Sie haben die App darin gestartet</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Netzwerk</translation>
    </message>
    <message>
        <source>Offered to others</source>
        <translation>Anderen angeboten</translation>
    </message>
    <message>
        <source>Service</source>
        <translation>Dienst</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>App</source>
        <translation>App</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>Fenster</translation>
    </message>
    <message>
        <source>%1 was started</source>
        <translation>%1 wurde gestartet</translation>
    </message>
    <message>
        <source>%1 ended</source>
        <translation>%1 endete</translation>
    </message>
    <message>
        <source>%1 asked for %2</source>
        <translation>%1 fragte nach %2</translation>
    </message>
    <message>
        <source>%1 was given %2</source>
        <translation>%1 bekam %2</translation>
    </message>
    <message>
        <source>%1 used %2</source>
        <translation>%1 benutzte %2</translation>
    </message>
    <message>
        <source>%1 was refused %2</source>
        <translation>%1 wurde %2 verweigert</translation>
    </message>
    <message>
        <source>You stopped %1 using %2</source>
        <translation>Sie haben %1 die Benutzung von %2 entzogen</translation>
    </message>
    <message>
        <source>You paused %1 using %2</source>
        <translation>Sie haben %1 die Benutzung von %2 vorläufig entzogen</translation>
    </message>
    <message>
        <source>%1 may use %2 again</source>
        <translation>%1 darf %2 wieder benutzen</translation>
    </message>
    <message>
        <source>The time of %1 with %2 was over</source>
        <translation>Die Zeit von %1 mit %2 war um</translation>
    </message>
    <message>
        <source>Latchkey: %1</source>
        <translation>Latchkey: %1</translation>
    </message>
    <message>
        <source>You allowed %1 to use %2</source>
        <translation>Sie haben %1 erlaubt, %2 zu benutzen</translation>
    </message>
    <message>
        <source>You did not allow %1 to use %2</source>
        <translation>Sie haben %1 nicht erlaubt, %2 zu benutzen</translation>
    </message>
    <message>
        <source>You never allow %1 to use %2</source>
        <translation>Sie erlauben %1 nie, %2 zu benutzen</translation>
    </message>
    <message>
        <source>The question of %1 about %2 was closed</source>
        <translation>Die Frage von %1 zu %2 wurde geschlossen</translation>
    </message>
    <message>
        <source>The question of %1 about %2 got no answer in time</source>
        <translation>Die Frage von %1 zu %2 blieb zu lange ohne Antwort</translation>
    </message>
    <message>
        <source>%1 no longer asked for %2</source>
        <translation>%1 fragte nicht mehr nach %2</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>midnight</source>
        <translation>Mitternacht</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <comment>a day, a time</comment>
        <translation>%1, %2</translation>
    </message>
    <message>
        <source>Special access</source>
        <translation>Besonderer Zugang</translation>
    </message>
    <message>
        <source>%1 was refused %2 by the rules of this computer</source>
        <translation>%1 wurde %2 durch die Regeln dieses Computers verweigert</translation>
    </message>
    <message>
        <source>Latchkey was started</source>
        <translation>Latchkey wurde gestartet</translation>
    </message>
    <message>
        <source>Latchkey ended</source>
        <translation>Latchkey wurde beendet</translation>
    </message>
    <message>
        <source>sees only its own windows</source>
        <translation>sieht nur die eigenen Fenster</translation>
    </message>
    <message>
        <source>has a screen of its own</source>
        <translation>hat einen eigenen Bildschirm</translation>
    </message>
    <message>
        <source>sees and controls your whole screen</source>
        <translation>sieht und bedient Ihren ganzen Bildschirm</translation>
    </message>
    <message>
        <source>has no screen</source>
        <translation>hat keinen Bildschirm</translation>
    </message>
    <message>
        <source>this file and those of the same name</source>
        <translation>diese Datei und die gleichen Namens</translation>
    </message>
    <message>
        <source>files of such names</source>
        <translation>Dateien solchen Namens</translation>
    </message>
    <message>
        <source>and all below, full speed</source>
        <translation>und alles darunter, volles Tempo</translation>
    </message>
    <message>
        <source>not used for 60 days</source>
        <translation>60 Tage nicht benutzt</translation>
    </message>
    <message>
        <source>and files of the same name</source>
        <translation>und Dateien gleichen Namens</translation>
    </message>
    <message>
        <source>%1 and files of the same name</source>
        <translation>%1 und Dateien gleichen Namens</translation>
    </message>
    <message>
        <source>what is directly in %1</source>
        <translation>was direkt in %1 liegt</translation>
    </message>
    <message>
        <source>everything in %1</source>
        <translation>alles in %1</translation>
    </message>
    <message>
        <source>files like %1 in %2</source>
        <comment>a pattern such as *.pdf, and a folder</comment>
        <translation>Dateien wie %1 in %2</translation>
    </message>
    <message>
        <source>until you take it back, used or not</source>
        <translation>bis Sie es zurücknehmen, benutzt oder nicht</translation>
    </message>
    <message>
        <source>until you take it back</source>
        <translation>bis Sie es zurücknehmen</translation>
    </message>
    <message>
        <source>%1 may use %2, %3.</source>
        <translation>%1 darf %2 benutzen, %3.</translation>
    </message>
    <message>
        <source>%1 may see the names of %2, %3.</source>
        <translation>%1 darf die Namen sehen: %2, %3.</translation>
    </message>
    <message>
        <source>%1 may look at and change %2, %3.</source>
        <translation>%1 darf ansehen und ändern: %2, %3.</translation>
    </message>
    <message>
        <source>%1 may look at %2, %3.</source>
        <translation>%1 darf ansehen: %2, %3.</translation>
    </message>
    <message>
        <source>%1 may never change %2.</source>
        <translation>%1 darf nie ändern: %2.</translation>
    </message>
    <message>
        <source>%1 may never look at or change %2.</source>
        <translation>%1 darf nie ansehen oder ändern: %2.</translation>
    </message>
    <message>
        <source>lapsed %1</source>
        <translation>verfallen %1</translation>
    </message>
    <message>
        <source>You changed what %1 may do with %2</source>
        <translation>Sie haben geändert, was %1 mit %2 darf</translation>
    </message>
    <message>
        <source>%1 did not use %2 for 60 days: it asks again</source>
        <translation>%1 hat %2 60 Tage nicht benutzt und fragt wieder</translation>
    </message>
    <message>
        <source>%1 may use %2 also if unused for long</source>
        <translation>%1 darf %2 auch nach langer Zeit noch benutzen</translation>
    </message>
    <message>
        <source>%1 asks again if %2 is unused for 60 days</source>
        <translation>%1 fragt wieder, wenn %2 60 Tage unbenutzt ist</translation>
    </message>
    <message>
        <source>wants to open a file</source>
        <translation>möchte eine Datei öffnen</translation>
    </message>
    <message>
        <source>wants to open files</source>
        <translation>möchte Dateien öffnen</translation>
    </message>
    <message>
        <source>wants to use a folder</source>
        <translation>möchte einen Ordner benutzen</translation>
    </message>
    <message>
        <source>wants to use folders</source>
        <translation>möchte Ordner benutzen</translation>
    </message>
    <message>
        <source>wants to save a file</source>
        <translation>möchte eine Datei speichern</translation>
    </message>
    <message numerus="yes">
        <source>wants to save %Ln file(s)</source>
        <translation>
            <numerusform>möchte %Ln Datei speichern</numerusform>
            <numerusform>möchte %Ln Dateien speichern</numerusform>
        </translation>
    </message>
    <message>
        <source>A folder that you pick</source>
        <translation>Ein Ordner, den Sie auswählen</translation>
    </message>
    <message>
        <source>What you pick</source>
        <translation>Was Sie auswählen</translation>
    </message>
    <message>
        <source>it sees nothing else</source>
        <translation>sonst sieht sie nichts</translation>
    </message>
    <message>
        <source>you say with which app</source>
        <translation>Sie sagen, mit welcher App</translation>
    </message>
    <message>
        <source>wants to open this with another app</source>
        <translation>möchte das mit einer anderen App öffnen</translation>
    </message>
    <message>
        <source>wants to use of your desktop</source>
        <translation>möchte von Ihrem Desktop benutzen</translation>
    </message>
    <message numerus="yes">
        <source>%Ln thing(s)</source>
        <comment>picked</comment>
        <translation>
            <numerusform>%Ln Ding</numerusform>
            <numerusform>%Ln Dinge</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 opened something with another app</source>
        <translation>%1 hat etwas mit einer anderen App geöffnet</translation>
    </message>
    <message>
        <source>%1 may never use %2.</source>
        <translation>%1 darf %2 nie benutzen.</translation>
    </message>
    <message>
        <source>%1 lost %2: it was moved to where it may not be had</source>
        <translation>%1 hat %2 verloren: Es wurde dorthin verschoben, wo es nicht gegeben werden darf</translation>
    </message>
    <message>
        <source>%1 lost %2: another thing has that name now</source>
        <translation>%1 hat %2 verloren: Etwas anderes trägt jetzt diesen Namen</translation>
    </message>
    <message>
        <source>What %1 may use was moved: it is %2 now</source>
        <translation>Was %1 benutzen darf, wurde verschoben: Es ist jetzt %2</translation>
    </message>
    <message>
        <source>%1 can reach %2</source>
        <translation>%1 kann %2 erreichen</translation>
    </message>
    <message>
        <source>%1 may reach %2, %3.</source>
        <translation>%1 darf %2 erreichen, %3.</translation>
    </message>
    <message>
        <source>Others may reach %2 of %1, %3.</source>
        <translation>Andere dürfen erreichen: %2 (%1), %3.</translation>
    </message>
    <message>
        <source>%1 may never reach %2.</source>
        <translation>%1 darf %2 nie erreichen.</translation>
    </message>
    <message>
        <source>%1 a second</source>
        <comment>how much may be exchanged</comment>
        <translation>%1 je Sekunde</translation>
    </message>
    <message>
        <source>used up for today</source>
        <translation>für heute verbraucht</translation>
    </message>
    <message>
        <source>%1 a day</source>
        <comment>how much may be exchanged</comment>
        <translation>%1 am Tag</translation>
    </message>
    <message>
        <source>asks again after %1</source>
        <comment>how much may be exchanged</comment>
        <translation>fragt nach %1 wieder</translation>
    </message>
    <message>
        <source>%1 has used up what it may exchange with %2: it asks again</source>
        <translation>%1 hat verbraucht, was mit %2 ausgetauscht werden durfte: Es wird wieder gefragt</translation>
    </message>
    <message>
        <source>%1 has used up what it may exchange with %2 today</source>
        <translation>%1 hat verbraucht, was heute mit %2 ausgetauscht werden durfte</translation>
    </message>
    <message>
        <source>Another day: %1 may use %2 again</source>
        <translation>Ein neuer Tag: %1 darf %2 wieder benutzen</translation>
    </message>
    <message>
        <source>%1 was refused %2: it has used up its network of today</source>
        <translation>%1 wurde %2 verweigert: Das Netz für heute ist verbraucht</translation>
    </message>
    <message>
        <source>A file that you pick</source>
        <translation>Eine Datei, die Sie aussuchen</translation>
    </message>
    <message>
        <source>A computer that you name</source>
        <translation>Ein Computer, den Sie nennen</translation>
    </message>
    <message>
        <source>Something that you name</source>
        <translation>Etwas, das Sie nennen</translation>
    </message>
    <message>
        <source>you say which</source>
        <translation>Sie sagen, welches</translation>
    </message>
    <message>
        <source>it calls it “%1”; you say which</source>
        <translation>dort heißt es „%1“; Sie sagen, welches</translation>
    </message>
    <message>
        <source>asks for a file of yours, to read and change it</source>
        <translation>bittet um eine Datei von Ihnen, zum Lesen und Ändern</translation>
    </message>
    <message>
        <source>asks for a file of yours, to read it</source>
        <translation>bittet um eine Datei von Ihnen, zum Lesen</translation>
    </message>
    <message>
        <source>asks for a folder of yours, to see and change what is in it</source>
        <translation>bittet um einen Ordner von Ihnen, um zu sehen und zu ändern, was darin ist</translation>
    </message>
    <message>
        <source>asks for a folder of yours, to see what is in it</source>
        <translation>bittet um einen Ordner von Ihnen, um zu sehen, was darin ist</translation>
    </message>
    <message>
        <source>asks to reach another computer through this one</source>
        <translation>bittet, über diesen Computer einen anderen zu erreichen</translation>
    </message>
    <message>
        <source>asks for something that runs on this computer</source>
        <translation>bittet um etwas, das auf diesem Computer läuft</translation>
    </message>
    <message>
        <source>something</source>
        <translation>etwas</translation>
    </message>
    <message>
        <source>for good</source>
        <translation>dauerhaft</translation>
    </message>
    <message numerus="yes">
        <source>for %Ln day(s)</source>
        <comment>how long something is wanted</comment>
        <translation>
            <numerusform>für %Ln Tag</numerusform>
            <numerusform>für %Ln Tage</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>for %Ln hour(s)</source>
        <comment>how long something is wanted</comment>
        <translation>
            <numerusform>für %Ln Stunde</numerusform>
            <numerusform>für %Ln Stunden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>for %Ln minute(s)</source>
        <comment>how long something is wanted</comment>
        <translation>
            <numerusform>für %Ln Minute</numerusform>
            <numerusform>für %Ln Minuten</numerusform>
        </translation>
    </message>
    <message>
        <source>start and stop</source>
        <comment>access to an app</comment>
        <translation>starten und beenden</translation>
    </message>
    <message>
        <source>%1 was started by %2</source>
        <comment>an app, a machine</comment>
        <translation>%1 wurde von %2 gestartet</translation>
    </message>
</context>
<context>
    <name>WordsStep</name>
    <message>
        <source>The other machine calls itself:</source>
        <translation>Der andere Rechner nennt sich selbst:</translation>
    </message>
    <message>
        <source>Four words: %1</source>
        <translation>Vier Wörter: %1</translation>
    </message>
    <message>
        <source>All four, in this order. If they are the same, nobody stands between the two machines.</source>
        <translation>Alle vier, in dieser Reihenfolge. Sind es dieselben, steht niemand zwischen den beiden Rechnern.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln more machine(s) ask to be added</source>
        <translation>
            <numerusform>Noch %Ln Rechner möchte hinzugefügt werden</numerusform>
            <numerusform>Noch %Ln Rechner möchten hinzugefügt werden</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>latchkey::ui::ActivityModel</name>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>profile %1</source>
        <translation>Profil %1</translation>
    </message>
    <message>
        <source>since %1</source>
        <translation>seit %1</translation>
    </message>
    <message>
        <source>starting</source>
        <translation>startet</translation>
    </message>
    <message>
        <source>stopping</source>
        <translation>wird beendet</translation>
    </message>
    <message>
        <source>process %1</source>
        <translation>Prozess %1</translation>
    </message>
    <message numerus="yes">
        <source>%Ln connection(s) in the last minute</source>
        <translation>
            <numerusform>%Ln Verbindung in der letzten Minute</numerusform>
            <numerusform>%Ln Verbindungen in der letzten Minute</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 and more</source>
        <translation>%1 und weiteren</translation>
    </message>
    <message>
        <source>offers port %1</source>
        <translation>bietet Port %1 an</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Alle</translation>
    </message>
    <message>
        <source>Using the network</source>
        <translation>Im Netz</translation>
    </message>
    <message>
        <source>started by %1</source>
        <comment>a machine</comment>
        <translation>gestartet von %1</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::AppOpener</name>
    <message>
        <source>Always use it for files of this kind (%1)</source>
        <translation>Immer für Dateien dieser Art (%1)</translation>
    </message>
    <message>
        <source>Always use it for addresses that begin with %1</source>
        <translation>Immer für Adressen, die mit %1 beginnen</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::AppsModel</name>
    <message>
        <source>Drop files on the app that should open them, or drop an AppImage here to start it.</source>
        <translation>Legen Sie Dateien auf der App ab, die sie öffnen soll, oder legen Sie hier ein AppImage ab, um es zu starten.</translation>
    </message>
    <message>
        <source>%1 could not start. Allow it, on its page under Limits, to protect its own parts from each other, and start it again.</source>
        <translation>%1 konnte nicht starten. Erlauben Sie ihm auf seiner Seite unter Grenzen, seine eigenen Teile voreinander zu schützen, und starten Sie ihn noch einmal.</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::AskDraft</name>
    <message>
        <source>a folder</source>
        <translation>einen Ordner</translation>
    </message>
    <message>
        <source>a file</source>
        <translation>eine Datei</translation>
    </message>
    <message>
        <source>something that runs there, such as a database</source>
        <translation>etwas, das dort läuft, etwa eine Datenbank</translation>
    </message>
    <message>
        <source>another computer that it can reach</source>
        <translation>einen anderen Computer, den er erreicht</translation>
    </message>
    <message>
        <source>only read</source>
        <comment>what one would like to do with files</comment>
        <translation>nur Lesen</translation>
    </message>
    <message>
        <source>read and change</source>
        <comment>what one would like to do with files</comment>
        <translation>Lesen und Ändern</translation>
    </message>
    <message>
        <source>for an hour</source>
        <translation>1 Stunde lang</translation>
    </message>
    <message>
        <source>for 8 hours</source>
        <translation>8 Stunden lang</translation>
    </message>
    <message>
        <source>for 7 days</source>
        <translation>7 Tage lang</translation>
    </message>
    <message>
        <source>for good</source>
        <translation>dauerhaft</translation>
    </message>
    <message>
        <source>%1 is asked for %2</source>
        <comment>a machine, a thing</comment>
        <translation>%1 wird um %2 gebeten</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::Available</name>
    <message numerus="yes">
        <source>%Ln more: type more of the name</source>
        <translation>
            <numerusform>%Ln weitere: tippen Sie mehr vom Namen</numerusform>
            <numerusform>%Ln weitere: tippen Sie mehr vom Namen</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>latchkey::ui::ConnectionsModel</name>
    <message>
        <source>Offers something on port %1</source>
        <translation>Bietet etwas auf Port %1 an</translation>
    </message>
    <message>
        <source>nobody else can reach it</source>
        <translation>niemand sonst kann es erreichen</translation>
    </message>
    <message>
        <source>%1 a second</source>
        <translation>%1 je Sekunde</translation>
    </message>
    <message>
        <source>What %1 is connected with</source>
        <translation>Womit %1 verbunden ist</translation>
    </message>
    <message>
        <source>Not all of it could be found out.</source>
        <translation>Nicht alles war herauszufinden.</translation>
    </message>
    <message numerus="yes">
        <source>and %Ln more</source>
        <translation>
            <numerusform>und %Ln weitere</numerusform>
            <numerusform>und %Ln weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing at the moment.</source>
        <translation>Im Augenblick nichts.</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::Desk</name>
    <message>
        <source>All apps are being stopped</source>
        <translation>Alle Apps werden beendet</translation>
    </message>
    <message>
        <source>The network is off for all apps</source>
        <translation>Das Netzwerk ist für alle Apps aus</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::Explanation</name>
    <message>
        <source>Allowed by a rule of yours</source>
        <translation>Erlaubt durch eine Ihrer Regeln</translation>
    </message>
    <message>
        <source>Refused</source>
        <translation>Abgelehnt</translation>
    </message>
    <message>
        <source>No rule decided</source>
        <translation>Keine Regel hat entschieden</translation>
    </message>
    <message>
        <source>Since %1: %2.</source>
        <translation>Seit %1: %2.</translation>
    </message>
    <message>
        <source>You said so: %1.</source>
        <translation>Sie haben es gesagt: %1.</translation>
    </message>
    <message>
        <source>You are asked about this.</source>
        <translation>Danach werden Sie gefragt.</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::FileChooser</name>
    <message>
        <source>Latchkey keeps its own things here. No app can be given them.</source>
        <translation>Hier bewahrt Latchkey seine eigenen Dinge auf. Keine App kann sie bekommen.</translation>
    </message>
    <message>
        <source>You may not look into this folder.</source>
        <translation>In diesen Ordner dürfen Sie nicht sehen.</translation>
    </message>
    <message>
        <source>There is no such folder any more.</source>
        <translation>Diesen Ordner gibt es nicht mehr.</translation>
    </message>
    <message>
        <source>This is no folder.</source>
        <translation>Das ist kein Ordner.</translation>
    </message>
    <message>
        <source>This folder cannot be read: %1.</source>
        <translation>Dieser Ordner kann nicht gelesen werden: %1.</translation>
    </message>
    <message>
        <source>This disk does not answer. You can go elsewhere.</source>
        <translation>Dieses Laufwerk antwortet nicht. Sie können woanders hingehen.</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Use this folder</source>
        <translation>Diesen Ordner benutzen</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>Benutzen</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Recent</source>
        <translation>Zuletzt benutzt</translation>
    </message>
    <message>
        <source>Home</source>
        <translation>Persönlich</translation>
    </message>
    <message>
        <source>Computer</source>
        <translation>Computer</translation>
    </message>
    <message>
        <source>There is no “%1”.</source>
        <translation>Es gibt kein „%1“.</translation>
    </message>
    <message>
        <source>There is more in this folder than can be listed. Search for it, or type its name.</source>
        <translation>In diesem Ordner ist mehr, als aufgelistet werden kann. Suchen Sie danach, oder tippen Sie den Namen.</translation>
    </message>
    <message>
        <source>There is more that fits. Search for more of its name.</source>
        <translation>Es passt noch mehr. Suchen Sie nach mehr vom Namen.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln things selected</source>
        <translation>
            <numerusform>%Ln Ding ausgewählt</numerusform>
            <numerusform>%Ln Dinge ausgewählt</numerusform>
        </translation>
    </message>
    <message>
        <source>changed %1</source>
        <translation>geändert %1</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::Gathered</name>
    <message>
        <source>it says: “%1”</source>
        <translation>sie sagt: „%1“</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::GrantsModel</name>
    <message>
        <source>%1 (%2)</source>
        <comment>app and profile</comment>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>not yet</source>
        <translation>noch nicht</translation>
    </message>
    <message>
        <source>By app</source>
        <translation>Nach App</translation>
    </message>
    <message>
        <source>By thing</source>
        <translation>Nach Ding</translation>
    </message>
    <message>
        <source>By machine</source>
        <translation>Nach Rechner</translation>
    </message>
    <message>
        <source>This machine</source>
        <translation>Dieser Rechner</translation>
    </message>
    <message>
        <source>of %1</source>
        <comment>a machine that offers it</comment>
        <translation>von %1</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::Health</name>
    <message>
        <source>Reconnecting – apps keep running.</source>
        <translation>Verbindung wird wiederhergestellt – Apps laufen weiter.</translation>
    </message>
    <message>
        <source>Decisions cannot be kept: %1</source>
        <translation>Entscheidungen können nicht gespeichert werden: %1</translation>
    </message>
    <message>
        <source>The network is off for all apps.</source>
        <translation>Das Netzwerk ist für alle Apps aus.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln thing(s) on this computer limit what Latchkey can do.</source>
        <translation>
            <numerusform>%Ln Umstand auf diesem Computer schränkt Latchkey ein.</numerusform>
            <numerusform>%Ln Umstände auf diesem Computer schränken Latchkey ein.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>latchkey::ui::Installing</name>
    <message>
        <source>%1 wants to ask for more</source>
        <comment>an app</comment>
        <translation>%1 will mehr als bisher</translation>
    </message>
    <message>
        <source>%1 cannot be installed</source>
        <comment>an app</comment>
        <translation>%1 kann nicht installiert werden</translation>
    </message>
    <message>
        <source>Install %1?</source>
        <comment>an app</comment>
        <translation>%1 installieren?</translation>
    </message>
    <message>
        <source>Update %1?</source>
        <comment>an app</comment>
        <translation>%1 aktualisieren?</translation>
    </message>
    <message>
        <source>%1 is installed already</source>
        <comment>an app</comment>
        <translation>%1 ist schon installiert</translation>
    </message>
    <message>
        <source>Go back to an older %1?</source>
        <comment>an app</comment>
        <translation>Zurück zu einem älteren %1?</translation>
    </message>
    <message>
        <source>Version %1</source>
        <translation>Version %1</translation>
    </message>
    <message>
        <source>It says that it will ask for nothing.</source>
        <translation>Es sagt, dass es um nichts bitten wird.</translation>
    </message>
    <message>
        <source>It says that it will ask to do more than the version you have:</source>
        <translation>Es sagt, dass es um mehr bitten wird als die Version, die Sie haben:</translation>
    </message>
    <message>
        <source>It says that it will ask to:</source>
        <translation>Es sagt, worum es bitten wird:</translation>
    </message>
    <message>
        <source>Update</source>
        <translation>Aktualisieren</translation>
    </message>
    <message>
        <source>Install</source>
        <translation>Installieren</translation>
    </message>
    <message>
        <source>Go back</source>
        <translation>Zurückgehen</translation>
    </message>
    <message>
        <source>It cannot be opened: %1</source>
        <translation>Es lässt sich nicht öffnen: %1</translation>
    </message>
    <message>
        <source>That is no file.</source>
        <translation>Das ist keine Datei.</translation>
    </message>
    <message>
        <source>The disk does not answer</source>
        <translation>Der Datenträger antwortet nicht</translation>
    </message>
    <message>
        <source>%1 stays as it is</source>
        <comment>an app</comment>
        <translation>%1 bleibt, wie es ist</translation>
    </message>
    <message>
        <source>It is not installed: %1</source>
        <translation>Es wurde nicht installiert: %1</translation>
    </message>
    <message>
        <source>%1 is installed. Nothing was given to it but what you chose</source>
        <comment>an app</comment>
        <translation>%1 ist installiert. Erlaubt ist ihm nur, was Sie gewählt haben</translation>
    </message>
    <message>
        <source>%1 is at version %2 now. What runs goes on as it was</source>
        <comment>an app</comment>
        <translation>%1 hat jetzt Version %2. Was läuft, läuft weiter wie bisher</translation>
    </message>
    <message>
        <source>%1 waits for you: it asks for more than before</source>
        <comment>an app</comment>
        <translation>%1 wartet auf Sie: Es will mehr als bisher</translation>
    </message>
    <message>
        <source>It could not be allowed to %1: %2</source>
        <translation>Das ließ sich nicht erlauben (%1): %2</translation>
    </message>
    <message>
        <source>Latchkey was begun anew meanwhile. Close this, and look at the app again.</source>
        <translation>Latchkey wurde inzwischen neu begonnen. Schließen Sie dies und sehen Sie sich die App noch einmal an.</translation>
    </message>
    <message>
        <source>%1 to fetch</source>
        <translation>%1 zu laden</translation>
    </message>
    <message>
        <source>from %1</source>
        <comment>a repository</comment>
        <translation>von %1</translation>
    </message>
    <message>
        <source>Asking %1 what it is…</source>
        <comment>a repository</comment>
        <translation>%1 wird gefragt, was es ist …</translation>
    </message>
    <message>
        <source>One app at a time: close what is open first</source>
        <translation>Eine App nach der anderen: schließen Sie erst, was offen ist</translation>
    </message>
    <message>
        <source>It runs on %1 %2, which is not here yet and is installed with it.</source>
        <comment>a runtime and its version</comment>
        <translation>Sie läuft auf %1 %2; das ist noch nicht hier und wird mit ihr installiert.</translation>
    </message>
    <message>
        <source>Apps run on it. It starts nothing itself and asks for nothing.</source>
        <translation>Apps laufen darauf. Es startet selbst nichts und bittet um nichts.</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::Invitations</name>
    <message>
        <source>tomorrow, %1</source>
        <comment>a time</comment>
        <translation>morgen, %1</translation>
    </message>
    <message>
        <source>The invitation is good for nothing any more</source>
        <translation>Die Einladung gilt nicht mehr</translation>
    </message>
    <message>
        <source>Written to %1</source>
        <translation>In %1 geschrieben</translation>
    </message>
    <message>
        <source>It could not be written: %1</source>
        <translation>Sie konnte nicht geschrieben werden: %1</translation>
    </message>
    <message>
        <source>The disk does not answer</source>
        <translation>Das Laufwerk antwortet nicht</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::JournalModel</name>
    <message>
        <source>All</source>
        <translation>Alle</translation>
    </message>
    <message>
        <source>Answers</source>
        <translation>Antworten</translation>
    </message>
    <message>
        <source>Uses</source>
        <translation>Benutzung</translation>
    </message>
    <message>
        <source>Starts</source>
        <translation>Starts</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::MachineLine</name>
    <message>
        <source>Latchkey is reconnecting: try again in a moment</source>
        <translation>Latchkey verbindet sich neu: gleich noch einmal versuchen</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::MachineView</name>
    <message>
        <source>now</source>
        <translation>jetzt</translation>
    </message>
    <message>
        <source>%1 is no way to it any more</source>
        <translation>%1 ist kein Weg zu ihm mehr</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::MachinesModel</name>
    <message>
        <source>The Latchkey that runs in the background is older than this window and knows nothing of other machines. Log out and in again.</source>
        <translation>Das Latchkey, das im Hintergrund läuft, ist älter als dieses Fenster und weiß nichts von anderen Rechnern. Melden Sie sich ab und wieder an.</translation>
    </message>
    <message>
        <source>Not renamed: %1</source>
        <translation>Nicht umbenannt: %1</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::Nevers</name>
    <message>
        <source>since %1</source>
        <translation>seit %1</translation>
    </message>
    <message>
        <source>You said “never” to nothing. Where you do, it is listed here.</source>
        <translation>Sie haben zu nichts „nie“ gesagt. Wo Sie es tun, steht es hier.</translation>
    </message>
    <message>
        <source>Taken back. %1 may ask again.</source>
        <translation>Zurückgenommen. %1 darf wieder fragen.</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::Notifier</name>
    <message>
        <source>%1 %2</source>
        <comment>an app&apos;s name, what it wants</comment>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>A question waits for you</source>
        <translation>Eine Frage wartet auf Sie</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Anzeigen</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::OfferUse</name>
    <message>
        <source>while it runs now</source>
        <translation>solange sie jetzt läuft</translation>
    </message>
    <message>
        <source>until I stop it</source>
        <translation>bis ich es beende</translation>
    </message>
    <message>
        <source>%1 finds it at %2 and at localhost, port %3.</source>
        <comment>an app, a name, a number</comment>
        <translation>%1 findet es unter %2 und unter localhost, Port %3.</translation>
    </message>
    <message>
        <source>Choose an app.</source>
        <translation>Wählen Sie eine App.</translation>
    </message>
    <message>
        <source>Write a name and a port, such as db and 5432.</source>
        <translation>Schreiben Sie einen Namen und einen Port, etwa db und 5432.</translation>
    </message>
    <message>
        <source>%1 may use %2 of %3</source>
        <comment>an app, a thing, a machine</comment>
        <translation>%1 darf %2 von %3 benutzen</translation>
    </message>
    <message>
        <source>among my files</source>
        <comment>where it is to be found</comment>
        <translation>bei meinen Dateien</translation>
    </message>
    <message>
        <source>there, and in an app</source>
        <comment>where it is to be found</comment>
        <translation>dort, und in einer App</translation>
    </message>
    <message>
        <source>No app gets it.</source>
        <translation>Keine App bekommt es.</translation>
    </message>
    <message>
        <source>%1 has it there, too.</source>
        <comment>an app</comment>
        <translation>%1 hat es dort auch.</translation>
    </message>
    <message>
        <source>%1 of %2 is among your files</source>
        <comment>a thing, a machine</comment>
        <translation>%1 von %2 liegt bei Ihren Dateien</translation>
    </message>
    <message>
        <source>It is among your files while %1 is connected: “Show it” leads there.</source>
        <comment>a machine</comment>
        <translation>Es liegt bei Ihren Dateien, solange %1 verbunden ist: „Zeigen“ führt dorthin.</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::OffersModel</name>
    <message>
        <source>passed on to it</source>
        <translation>an ihn weitergegeben</translation>
    </message>
    <message>
        <source>Declined: %1. Only %2 can offer it again.</source>
        <translation>Abgelehnt: %1. Nur %2 kann es wieder anbieten.</translation>
    </message>
    <message>
        <source>New</source>
        <translation>Neu</translation>
    </message>
    <message>
        <source>You may use</source>
        <translation>Sie dürfen benutzen</translation>
    </message>
    <message>
        <source>Not any more</source>
        <translation>Nicht mehr</translation>
    </message>
    <message>
        <source>You can start %1 on %2.</source>
        <comment>an app, a machine</comment>
        <translation>Sie können %1 auf %2 starten.</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::OpenFiles</name>
    <message>
        <source>a program that has ended since</source>
        <translation>ein Programm, das inzwischen beendet ist</translation>
    </message>
    <message>
        <source>%1, process %2</source>
        <translation>%1, Prozess %2</translation>
    </message>
    <message>
        <source>It may be in use as memory</source>
        <translation>Sie ist vielleicht als Speicher in Gebrauch</translation>
    </message>
    <message>
        <source>Uses it as memory, and may stop at once: %1</source>
        <translation>Benutzt sie als Speicher und kann sofort enden: %1</translation>
    </message>
    <message>
        <source>lists it · %1</source>
        <translation>listet ihn auf · %1</translation>
    </message>
    <message>
        <source>may change it</source>
        <translation>darf ändern</translation>
    </message>
    <message>
        <source>looks only</source>
        <translation>sieht nur an</translation>
    </message>
    <message>
        <source>%1 · %2 read, %3 written · %4</source>
        <translation>%1 · %2 gelesen, %3 geschrieben · %4</translation>
    </message>
    <message>
        <source>What %1 has open of %2</source>
        <translation>Was %1 von %2 offen hat</translation>
    </message>
    <message>
        <source>Not all of it could be found out.</source>
        <translation>Nicht alles war herauszufinden.</translation>
    </message>
    <message numerus="yes">
        <source>and %Ln more</source>
        <translation>
            <numerusform>und %Ln weitere</numerusform>
            <numerusform>und %Ln weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing of it is open.</source>
        <translation>Nichts davon ist offen.</translation>
    </message>
    <message>
        <source>Stopped %1. It stays refused until you give it again or the app ends.</source>
        <translation>%1 beendet. Es bleibt verweigert, bis Sie es wieder geben oder die App endet.</translation>
    </message>
    <message>
        <source>Stopped %1. What was open of it may still be held: stop the app to be sure.</source>
        <translation>%1 beendet. Was davon offen war, wird vielleicht noch gehalten: Beenden Sie die App, um sicher zu sein.</translation>
    </message>
    <message>
        <source>%1 uses %2 as memory and may stop at once.</source>
        <translation>%1 benutzt %2 als Speicher und kann sofort enden.</translation>
    </message>
    <message>
        <source>%1 may be in use as memory: an app that does so may stop at once.</source>
        <translation>%1 ist vielleicht als Speicher in Gebrauch: Eine App, die das tut, kann sofort enden.</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::Packages</name>
    <message>
        <source>It is still running: stop it, then try again.</source>
        <translation>Es läuft noch: Beenden Sie es und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>%1 is at version %2 again. What runs goes on as it was</source>
        <comment>an app</comment>
        <translation>%1 hat wieder Version %2. Was läuft, läuft weiter wie bisher</translation>
    </message>
    <message>
        <source>It runs, and is stopped.</source>
        <translation>Es läuft und wird beendet.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln thing(s) that you gave it are taken back.</source>
        <translation>
            <numerusform>%Ln Erlaubnis wird zurückgenommen.</numerusform>
            <numerusform>%Ln Erlaubnisse werden zurückgenommen.</numerusform>
        </translation>
    </message>
    <message>
        <source>It does not run, and was given nothing.</source>
        <translation>Es läuft nicht, und ihm wurde nichts erlaubt.</translation>
    </message>
    <message>
        <source>%1 is removed, with its own files</source>
        <comment>an app</comment>
        <translation>%1 ist entfernt, mit seinen eigenen Dateien</translation>
    </message>
    <message>
        <source>%1 is removed. Its own files are kept, for when it returns</source>
        <comment>an app</comment>
        <translation>%1 ist entfernt. Seine eigenen Dateien bleiben, falls es wiederkommt</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::Pairing</name>
    <message>
        <source>The connection to the part of Latchkey that runs in the background broke.</source>
        <translation>Die Verbindung zu dem Teil von Latchkey, der im Hintergrund läuft, ist abgerissen.</translation>
    </message>
    <message>
        <source>An invitation was used: a machine was added. It can see nothing yet.</source>
        <translation>Eine Einladung wurde benutzt: Ein Rechner wurde hinzugefügt. Er sieht noch nichts.</translation>
    </message>
    <message>
        <source>shows the letters %1</source>
        <translation>zeigt die Buchstaben %1</translation>
    </message>
    <message>
        <source>may be %1</source>
        <translation>ist vielleicht %1</translation>
    </message>
    <message>
        <source>This is no invitation.</source>
        <translation>Das ist keine Einladung.</translation>
    </message>
    <message>
        <source>The other machine broke it off. Perhaps its person has closed “Add a machine”.</source>
        <translation>Der andere Rechner hat es abgebrochen. Vielleicht hat die Person dort „Rechner hinzufügen“ geschlossen.</translation>
    </message>
    <message>
        <source>The words differ, so one of you may be talking to a third machine. If somebody else was adding a machine at the same time, try again. If they differ again, use an invitation and send it another way.</source>
        <translation>Die Wörter sind verschieden, einer von Ihnen spricht also vielleicht mit einem dritten Rechner. Wenn gerade noch jemand einen Rechner hinzugefügt hat, versuchen Sie es noch einmal. Sind sie wieder verschieden, benutzen Sie eine Einladung und schicken Sie sie auf anderem Weg.</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::Parting</name>
    <message>
        <source>Block %1?</source>
        <translation>%1 sperren?</translation>
    </message>
    <message>
        <source>Forget %1 and add it again?</source>
        <translation>%1 vergessen und neu hinzufügen?</translation>
    </message>
    <message>
        <source>Forget %1?</source>
        <translation>%1 vergessen?</translation>
    </message>
    <message>
        <source>It uses nothing of yours.</source>
        <translation>Er benutzt nichts von Ihnen.</translation>
    </message>
    <message>
        <source>It stops using: %1</source>
        <translation>Er benutzt nicht mehr: %1</translation>
    </message>
    <message numerus="yes">
        <source>%Ln of them are in use at this moment. What it does with them breaks off.</source>
        <translation>
            <numerusform>%Ln davon wird gerade benutzt. Was er damit tut, bricht ab.</numerusform>
            <numerusform>%Ln davon werden gerade benutzt. Was er damit tut, bricht ab.</numerusform>
        </translation>
    </message>
    <message>
        <source>This also ends: %1, used by %2</source>
        <translation>Damit endet auch: %1, benutzt von %2</translation>
    </message>
    <message numerus="yes">
        <source>You stop using %Ln thing(s) of it.</source>
        <translation>
            <numerusform>Sie benutzen %Ln Ding von ihm nicht mehr.</numerusform>
            <numerusform>Sie benutzen %Ln Dinge von ihm nicht mehr.</numerusform>
        </translation>
    </message>
    <message>
        <source>It is not let in any more, not on anybody&apos;s word, until you unblock it. It is not told.</source>
        <translation>Er wird nicht mehr eingelassen, auf niemandes Wort, bis Sie die Sperre aufheben. Ihm wird es nicht gesagt.</translation>
    </message>
    <message>
        <source>What was shared does not come back by itself when it is added again.</source>
        <translation>Was geteilt war, kommt nicht von selbst zurück, wenn er neu hinzugefügt wird.</translation>
    </message>
    <message>
        <source>Neither machine can reach the other then. You can add it again at any time.</source>
        <translation>Dann kann keiner der beiden Rechner den anderen erreichen. Sie können ihn jederzeit neu hinzufügen.</translation>
    </message>
    <message>
        <source>%1 is forgotten</source>
        <translation>%1 ist vergessen</translation>
    </message>
    <message>
        <source>%1 is blocked</source>
        <translation>%1 ist gesperrt</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::PrivateFolder</name>
    <message>
        <source>This could not be done: %1</source>
        <translation>Das ging nicht: %1</translation>
    </message>
    <message>
        <source>There is no folder for downloads.</source>
        <translation>Es gibt keinen Ordner für Downloads.</translation>
    </message>
    <message>
        <source>Saved as %1</source>
        <translation>Gesichert als %1</translation>
    </message>
    <message>
        <source>The copy could not be written. Is the disk full?</source>
        <translation>Die Kopie konnte nicht geschrieben werden. Ist der Datenträger voll?</translation>
    </message>
    <message>
        <source>It starts afresh. What it had is kept below until you delete it.</source>
        <translation>Sie beginnt neu. Was sie hatte, bleibt unten erhalten, bis Sie es löschen.</translation>
    </message>
    <message>
        <source>It has back what it had.</source>
        <translation>Sie hat wieder, was sie hatte.</translation>
    </message>
    <message>
        <source>Deleted.</source>
        <translation>Gelöscht.</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::Question</name>
    <message>
        <source>look and change</source>
        <translation>ansehen und ändern</translation>
    </message>
    <message>
        <source>look</source>
        <translation>ansehen</translation>
    </message>
    <message>
        <source>%1 (process %2)</source>
        <translation>%1 (Prozess %2)</translation>
    </message>
    <message>
        <source>this time</source>
        <translation>dieses Mal</translation>
    </message>
    <message>
        <source>while it runs</source>
        <translation>solange sie läuft</translation>
    </message>
    <message>
        <source>always</source>
        <translation>immer</translation>
    </message>
    <message>
        <source>Until %1 lets go of it.</source>
        <translation>Bis %1 es wieder loslässt.</translation>
    </message>
    <message>
        <source>Until %1 is closed.</source>
        <translation>Bis %1 geschlossen wird.</translation>
    </message>
    <message>
        <source>Until you take it back.</source>
        <translation>Bis Sie es zurücknehmen.</translation>
    </message>
    <message>
        <source>until…</source>
        <translation>bis …</translation>
    </message>
    <message>
        <source>in 1 hour</source>
        <translation>in 1 Stunde</translation>
    </message>
    <message>
        <source>at midnight</source>
        <translation>um Mitternacht</translation>
    </message>
    <message>
        <source>in 1 week</source>
        <translation>in 1 Woche</translation>
    </message>
    <message>
        <source>Until %1, then it must ask again.</source>
        <translation>Bis %1, danach muss sie wieder fragen.</translation>
    </message>
    <message>
        <source>Whatever is in it stays reachable until %1 closes.</source>
        <translation>Was darin liegt, bleibt erreichbar, bis sich %1 schließt.</translation>
    </message>
    <message>
        <source>Now only; then it must ask again.</source>
        <translation>Nur jetzt; danach muss sie wieder fragen.</translation>
    </message>
    <message numerus="yes">
        <source>wants to reach %Ln place(s)</source>
        <comment>of the network</comment>
        <translation>
            <numerusform>möchte %Ln Ort erreichen</numerusform>
            <numerusform>möchte %Ln Orte erreichen</numerusform>
        </translation>
    </message>
    <message>
        <source>only these, and these ports</source>
        <translation>nur diese, und diese Ports</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::Repositories</name>
    <message>
        <source>It cannot be opened: %1</source>
        <translation>Es lässt sich nicht öffnen: %1</translation>
    </message>
    <message>
        <source>That is no file.</source>
        <translation>Das ist keine Datei.</translation>
    </message>
    <message>
        <source>A repository</source>
        <translation>Ein Verzeichnis</translation>
    </message>
    <message>
        <source>Signed by the key %1</source>
        <translation>Signiert mit dem Schlüssel %1</translation>
    </message>
    <message>
        <source>That is no key: it begins with RW, and has 56 characters.</source>
        <translation>Das ist kein Schlüssel: er beginnt mit RW und hat 56 Zeichen.</translation>
    </message>
    <message>
        <source>The disk does not answer</source>
        <translation>Der Datenträger antwortet nicht</translation>
    </message>
    <message>
        <source>There is no key in that file.</source>
        <translation>In dieser Datei ist kein Schlüssel.</translation>
    </message>
    <message>
        <source>You follow %1. Nothing is installed by that</source>
        <comment>a repository</comment>
        <translation>Sie folgen %1. Installiert wird dadurch nichts</translation>
    </message>
    <message>
        <source>It is not followed: %1</source>
        <translation>Sie folgen ihm nicht: %1</translation>
    </message>
    <message>
        <source>%1 is not followed any more. What is installed from it stays</source>
        <comment>a repository</comment>
        <translation>Sie folgen %1 nicht mehr. Was davon installiert ist, bleibt</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::RequestsModel</name>
    <message>
        <source>Stop…</source>
        <translation>Beenden …</translation>
    </message>
    <message>
        <source>Ask again</source>
        <translation>Wieder fragen</translation>
    </message>
    <message>
        <source>Waiting for you</source>
        <translation>Wartet auf Sie</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::RuleEdit</name>
    <message>
        <source>There is no such folder.</source>
        <translation>Diesen Ordner gibt es nicht.</translation>
    </message>
    <message>
        <source>Nothing matches now.</source>
        <translation>Zurzeit passt nichts.</translation>
    </message>
    <message numerus="yes">
        <source>At least %Ln file(s) match now:</source>
        <translation>
            <numerusform>Zurzeit passt mindestens %Ln Datei:</numerusform>
            <numerusform>Zurzeit passen mindestens %Ln Dateien:</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) match now:</source>
        <translation>
            <numerusform>Zurzeit passt %Ln Datei:</numerusform>
            <numerusform>Zurzeit passen %Ln Dateien:</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 and more</source>
        <translation>%1 und weitere</translation>
    </message>
    <message>
        <source>for 8 hours</source>
        <translation>8 Stunden lang</translation>
    </message>
    <message>
        <source>for 7 days</source>
        <translation>7 Tage lang</translation>
    </message>
    <message>
        <source>always</source>
        <translation>immer</translation>
    </message>
    <message>
        <source>Latchkey is reconnecting: try again in a moment</source>
        <translation>Latchkey verbindet sich neu: gleich noch einmal versuchen</translation>
    </message>
    <message>
        <source>Changed. What is open may not be cut yet.</source>
        <translation>Geändert. Was offen ist, ist vielleicht noch nicht getrennt.</translation>
    </message>
    <message>
        <source>Changed</source>
        <translation>Geändert</translation>
    </message>
    <message>
        <source>Full speed is chosen only when it is given: stop this, and choose it when the app asks again.</source>
        <translation>Volle Geschwindigkeit wird nur beim Erlauben gewählt: Beenden Sie dies und wählen Sie sie, wenn die App wieder fragt.</translation>
    </message>
    <message>
        <source>It is at full speed, and stays so.</source>
        <translation>Er hat volle Geschwindigkeit und behält sie.</translation>
    </message>
    <message>
        <source>It is at full speed now. Saved, it no longer is: that is chosen for one folder.</source>
        <translation>Er hat jetzt volle Geschwindigkeit. Gespeichert nicht mehr: Sie gilt für einen bestimmten Ordner.</translation>
    </message>
    <message>
        <source>one place</source>
        <translation>ein einzelnes Ziel</translation>
    </message>
    <message>
        <source>“%1” is no amount: write a number such as 500 or 0.5</source>
        <translation>„%1“ ist keine Menge: Schreiben Sie eine Zahl wie 500 oder 0,5</translation>
    </message>
    <message>
        <source>Given</source>
        <translation>Gegeben</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <comment>what may be reached, and what not</comment>
        <translation>%1, %2</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::RuleExchange</name>
    <message>
        <source>there already</source>
        <translation>schon vorhanden</translation>
    </message>
    <message>
        <source>line %L1: %2</source>
        <translation>Zeile %L1: %2</translation>
    </message>
    <message numerus="yes">
        <source>%Ln would be added</source>
        <translation>
            <numerusform>%Ln käme hinzu</numerusform>
            <numerusform>%Ln kämen hinzu</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln there already</source>
        <translation>
            <numerusform>%Ln schon vorhanden</numerusform>
            <numerusform>%Ln schon vorhanden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln cannot be</source>
        <translation>
            <numerusform>%Ln nicht möglich</numerusform>
            <numerusform>%Ln nicht möglich</numerusform>
        </translation>
    </message>
    <message>
        <source>The disk does not answer</source>
        <translation>Das Laufwerk antwortet nicht</translation>
    </message>
    <message>
        <source>This is no file of rules: nothing that can be read, or more than 1 MiB</source>
        <translation>Das ist keine Datei mit Regeln: nichts Lesbares, oder mehr als 1 MiB</translation>
    </message>
    <message>
        <source>There are no rules in it.</source>
        <translation>Es stehen keine Regeln darin.</translation>
    </message>
    <message>
        <source>Nothing of it is taken over as long as one of them cannot be.</source>
        <translation>Nichts davon wird übernommen, solange eine von ihnen nicht möglich ist.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln rule(s) taken over</source>
        <translation>
            <numerusform>%Ln Regel übernommen</numerusform>
            <numerusform>%Ln Regeln übernommen</numerusform>
        </translation>
    </message>
    <message>
        <source>It could not be written: %1</source>
        <translation>Sie konnte nicht geschrieben werden: %1</translation>
    </message>
    <message>
        <source>Written to %1</source>
        <translation>In %1 geschrieben</translation>
    </message>
    <message numerus="yes">
        <source>Written to %1, without %Ln that such a file cannot say</source>
        <translation>
            <numerusform>In %1 geschrieben, ohne %Ln, die eine solche Datei nicht ausdrücken kann</numerusform>
            <numerusform>In %1 geschrieben, ohne %Ln, die eine solche Datei nicht ausdrücken kann</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>latchkey::ui::Session</name>
    <message>
        <source>Latchkey is reconnecting: try again in a moment</source>
        <translation>Latchkey verbindet sich wieder: Versuchen Sie es gleich noch einmal</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::ShareDraft</name>
    <message>
        <source>%1 of %2</source>
        <comment>a thing, the machine that offers it</comment>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>something that an app offers</source>
        <translation>etwas, das eine App anbietet</translation>
    </message>
    <message>
        <source>something that this computer offers outside of Latchkey</source>
        <translation>etwas, das dieser Computer außerhalb von Latchkey anbietet</translation>
    </message>
    <message>
        <source>another computer that this one can reach</source>
        <translation>ein anderer Computer, den dieser erreicht</translation>
    </message>
    <message>
        <source>%1, port %2</source>
        <comment>an app, a number</comment>
        <translation>%1, Port %2</translation>
    </message>
    <message>
        <source>for an hour</source>
        <translation>1 Stunde lang</translation>
    </message>
    <message>
        <source>for 8 hours</source>
        <translation>8 Stunden lang</translation>
    </message>
    <message>
        <source>for 7 days</source>
        <translation>7 Tage lang</translation>
    </message>
    <message>
        <source>until I stop it</source>
        <translation>bis ich es beende</translation>
    </message>
    <message>
        <source>port %1 of %2</source>
        <comment>a number, whose</comment>
        <translation>Port %1 von %2</translation>
    </message>
    <message>
        <source>this computer</source>
        <translation>diesem Computer</translation>
    </message>
    <message>
        <source>There is no machine that it could be shared with.</source>
        <translation>Es gibt keinen Rechner, mit dem es geteilt werden könnte.</translation>
    </message>
    <message>
        <source>It is over.</source>
        <translation>Es ist vorbei.</translation>
    </message>
    <message>
        <source>Choose what is to be shared.</source>
        <translation>Wählen Sie, was geteilt werden soll.</translation>
    </message>
    <message>
        <source>Write the port, such as 5432.</source>
        <translation>Schreiben Sie den Port, etwa 5432.</translation>
    </message>
    <message>
        <source>Write a name and a port, such as db.example.org:5432.</source>
        <translation>Schreiben Sie einen Namen und einen Port, etwa db.example.org:5432.</translation>
    </message>
    <message>
        <source>Write a number, such as 10, or nothing.</source>
        <translation>Schreiben Sie eine Zahl, etwa 10, oder nichts.</translation>
    </message>
    <message>
        <source>Write a size, such as 500 MB, or nothing.</source>
        <translation>Schreiben Sie eine Größe, etwa 500 MB, oder nichts.</translation>
    </message>
    <message>
        <source>%1 is offered to %2</source>
        <comment>a thing, a machine</comment>
        <translation>%1 ist %2 angeboten</translation>
    </message>
    <message>
        <source>a folder</source>
        <translation>einen Ordner</translation>
    </message>
    <message>
        <source>a file</source>
        <translation>eine Datei</translation>
    </message>
    <message>
        <source>only read</source>
        <comment>what a machine may do with files</comment>
        <translation>nur lesen</translation>
    </message>
    <message>
        <source>read and change</source>
        <comment>what a machine may do with files</comment>
        <translation>lesen und ändern</translation>
    </message>
    <message>
        <source>the folder %1 and all that is in it</source>
        <comment>a name</comment>
        <translation>den Ordner %1 mit allem, was darin ist,</translation>
    </message>
    <message>
        <source>the file %1</source>
        <comment>a name</comment>
        <translation>die Datei %1</translation>
    </message>
    <message>
        <source>Choose the folder, or write where it is.</source>
        <translation>Wählen Sie den Ordner aus, oder schreiben Sie, wo er liegt.</translation>
    </message>
    <message>
        <source>Choose the file, or write where it is.</source>
        <translation>Wählen Sie die Datei aus, oder schreiben Sie, wo sie liegt.</translation>
    </message>
    <message>
        <source>%1 may be used by %2</source>
        <comment>a thing, a machine</comment>
        <translation>%1 darf von %2 benutzt werden</translation>
    </message>
    <message>
        <source>an app, to start and stop it</source>
        <translation>eine App, um sie zu starten und zu beenden</translation>
    </message>
    <message>
        <source>Choose an app.</source>
        <translation>Wählen Sie eine App.</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::StopPlan</name>
    <message>
        <source>Stop %1 using %2?</source>
        <translation>%1 die Benutzung von %2 entziehen?</translation>
    </message>
    <message>
        <source>%1 has it open. It may show an error or close.</source>
        <translation>%1 hat es geöffnet. Die App zeigt vielleicht einen Fehler oder schließt sich.</translation>
    </message>
    <message numerus="yes">
        <source>Stop these %Ln thing(s)?</source>
        <translation>
            <numerusform>Dieses %Ln Ding entziehen?</numerusform>
            <numerusform>Diese %Ln Dinge entziehen?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln of them are open now. Apps may show an error or close.</source>
        <translation>
            <numerusform>%Ln davon ist gerade offen. Die App zeigt vielleicht einen Fehler oder schließt sich.</numerusform>
            <numerusform>%Ln davon sind gerade offen. Apps zeigen vielleicht einen Fehler oder schließen sich.</numerusform>
        </translation>
    </message>
    <message>
        <source>This also ends: %1, used by %2</source>
        <translation>Damit endet auch: %1, benutzt von %2</translation>
    </message>
    <message>
        <source>Nothing has it open, and nothing else ends with it.</source>
        <translation>Niemand hat es geöffnet, und nichts anderes endet damit.</translation>
    </message>
    <message numerus="yes">
        <source>Stopped %Ln thing(s)</source>
        <translation>
            <numerusform>%Ln Ding entzogen</numerusform>
            <numerusform>%Ln Dinge entzogen</numerusform>
        </translation>
    </message>
    <message>
        <source>Stopping could not be confirmed</source>
        <translation>Das Beenden wurde nicht bestätigt</translation>
    </message>
    <message>
        <source>%1 gets nothing new. What it had open it may still hold: stop the app to be sure.</source>
        <translation>%1 bekommt nichts Neues. Was offen war, ist es vielleicht noch: Beenden Sie die App, um sicher zu sein.</translation>
    </message>
    <message>
        <source>They get nothing new. What they had open they may still hold: stop the apps to be sure.</source>
        <translation>Sie bekommen nichts Neues. Was offen war, ist es vielleicht noch: Beenden Sie die Apps, um sicher zu sein.</translation>
    </message>
    <message>
        <source>%1 has %2 at full speed. What it holds open of it stays reachable until it closes.</source>
        <translation>%1 hat %2 mit vollem Tempo. Was davon offen ist, bleibt erreichbar, bis sie sich schließt.</translation>
    </message>
    <message>
        <source>What is held open stays reachable</source>
        <translation>Was offen ist, bleibt erreichbar</translation>
    </message>
    <message>
        <source>Who uses it as memory could not be found out: an app that does so may stop at once.</source>
        <translation>Wer es als Speicher benutzt, war nicht zu erfahren: Eine App, die das tut, kann sofort enden.</translation>
    </message>
    <message>
        <source>Give back %1 of %2?</source>
        <comment>a thing, a machine</comment>
        <translation>%1 an %2 zurückgeben?</translation>
    </message>
    <message>
        <source>It is in use at this moment. What is done with it breaks off.</source>
        <translation>Es wird gerade benutzt. Was damit getan wird, bricht ab.</translation>
    </message>
    <message>
        <source>Only %1 can give it again.</source>
        <translation>Nur %1 kann es wieder geben.</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::ThisMachine</name>
    <message>
        <source>Others cannot reach it: %1</source>
        <translation>Andere erreichen ihn nicht: %1</translation>
    </message>
    <message>
        <source>Others cannot connect to it; it can connect to them.</source>
        <translation>Andere können sich nicht mit ihm verbinden; er kann sich mit ihnen verbinden.</translation>
    </message>
    <message>
        <source>Nobody reaches it at this moment: it is on no network, or there is no machine that may connect.</source>
        <translation>Im Augenblick erreicht ihn niemand: Er ist in keinem Netz, oder es gibt keinen Rechner, der sich verbinden darf.</translation>
    </message>
    <message>
        <source>Others reach it at %1</source>
        <translation>Andere erreichen ihn unter %1</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::TrialReview</name>
    <message>
        <source>%1 was only tried</source>
        <translation>%1 wurde nur ausprobiert</translation>
    </message>
    <message numerus="yes">
        <source>%Ln new</source>
        <comment>things a trial made</comment>
        <translation>
            <numerusform>%Ln neu</numerusform>
            <numerusform>%Ln neu</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln changed</source>
        <comment>things</comment>
        <translation>
            <numerusform>%Ln geändert</numerusform>
            <numerusform>%Ln geändert</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln deleted</source>
        <comment>things</comment>
        <translation>
            <numerusform>%Ln gelöscht</numerusform>
            <numerusform>%Ln gelöscht</numerusform>
        </translation>
    </message>
    <message>
        <source>and more than can be shown</source>
        <translation>und mehr, als gezeigt werden kann</translation>
    </message>
    <message numerus="yes">
        <source>Kept %Ln change(s) of %1</source>
        <translation>
            <numerusform>%Ln Änderung von %1 behalten</numerusform>
            <numerusform>%Ln Änderungen von %1 behalten</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing of %1 was kept</source>
        <translation>Nichts von %1 wurde behalten</translation>
    </message>
    <message>
        <source>%1 changed nothing</source>
        <translation>%1 hat nichts geändert</translation>
    </message>
    <message>
        <source>The trial could not be removed: %1</source>
        <translation>Der Versuch konnte nicht entfernt werden: %1</translation>
    </message>
    <message>
        <source>new</source>
        <translation>neu</translation>
    </message>
    <message>
        <source>changed</source>
        <translation>geändert</translation>
    </message>
    <message>
        <source>deleted</source>
        <translation>gelöscht</translation>
    </message>
    <message>
        <source>cannot be kept: it is no file, folder or link</source>
        <translation>kann nicht behalten werden: weder Datei noch Ordner noch Verknüpfung</translation>
    </message>
    <message>
        <source>Somebody else changed it meanwhile. Keeping this replaces theirs.</source>
        <translation>Inzwischen hat jemand anders es geändert. Behalten ersetzt dessen Fassung.</translation>
    </message>
    <message>
        <source>a link to %1</source>
        <translation>eine Verknüpfung mit %1</translation>
    </message>
    <message>
        <source>folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>What it keeps for itself</source>
        <translation>Was sie für sich behält</translation>
    </message>
    <message>
        <source>Your files</source>
        <translation>Ihre Dateien</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::Updates</name>
    <message>
        <source>Latchkey was begun anew meanwhile: try again</source>
        <translation>Latchkey wurde inzwischen neu begonnen: versuchen Sie es noch einmal</translation>
    </message>
    <message>
        <source>%1 asks for more than %2, which you have</source>
        <translation>%1 verlangt mehr als %2, das Sie haben</translation>
    </message>
    <message>
        <source>Comes next</source>
        <translation>Kommt als Nächstes</translation>
    </message>
    <message>
        <source>%1, you have %2</source>
        <translation>%1, Sie haben %2</translation>
    </message>
    <message>
        <source>from %1</source>
        <comment>a repository</comment>
        <translation>von %1</translation>
    </message>
    <message>
        <source>Version %1</source>
        <translation>Version %1</translation>
    </message>
    <message>
        <source>up to date</source>
        <translation>auf dem neuesten Stand</translation>
    </message>
    <message>
        <source>nobody you follow has a newer one</source>
        <translation>keiner, dem Sie folgen, hat eine neuere</translation>
    </message>
    <message>
        <source>You follow no repository: newer versions come as files.</source>
        <translation>Sie folgen keinem Verzeichnis von Apps: neuere Versionen kommen als Dateien.</translation>
    </message>
    <message>
        <source>Asking the repositories you follow…</source>
        <translation>Die Verzeichnisse, denen Sie folgen, werden gefragt …</translation>
    </message>
    <message>
        <source>None of the repositories you follow was reached.</source>
        <translation>Keines der Verzeichnisse, denen Sie folgen, war zu erreichen.</translation>
    </message>
    <message>
        <source>The repositories you follow were reached: %1.</source>
        <comment>a moment</comment>
        <translation>Zuletzt erreicht: %1.</translation>
    </message>
    <message>
        <source>It is not installed: %1</source>
        <translation>Es wurde nicht installiert: %1</translation>
    </message>
    <message>
        <source>%1 waits for you: it asks for more than before</source>
        <comment>an app</comment>
        <translation>%1 wartet auf Sie: Es will mehr als bisher</translation>
    </message>
    <message>
        <source>%1 is at version %2 now. What runs goes on as it was</source>
        <comment>an app</comment>
        <translation>%1 hat jetzt Version %2. Was läuft, läuft weiter wie bisher</translation>
    </message>
</context>
</TS>
