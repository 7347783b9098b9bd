<?xml version="1.0" encoding="utf-8"?>
<!-- SPDX-FileCopyrightText: Latchkey contributors -->
<!-- SPDX-License-Identifier: GPL-2.0-or-later -->
<!DOCTYPE TS>
<TS version="2.1" language="en_US">
<context>
    <name>AppTile</name>
    <message numerus="yes">
        <source>runs; holds %Ln thing(s)</source>
        <translation>
            <numerusform>runs; holds %Ln thing</numerusform>
            <numerusform>runs; holds %Ln things</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>AppsPage</name>
    <message numerus="yes">
        <source>Updates, %Ln waiting</source>
        <translation>
            <numerusform>Updates, %Ln waiting</numerusform>
            <numerusform>Updates, %Ln waiting</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>GiverCard</name>
    <message numerus="yes">
        <source>%Ln more</source>
        <comment>questions that wait behind this one</comment>
        <translation>
            <numerusform>%Ln more</numerusform>
            <numerusform>%Ln more</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln more from %1</source>
        <translation>
            <numerusform>%Ln more from %1</numerusform>
            <numerusform>%Ln more from %1</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>GrantRow</name>
    <message numerus="yes">
        <source>%Ln open</source>
        <comment>open handles</comment>
        <translation>
            <numerusform>%Ln open</numerusform>
            <numerusform>%Ln open</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>InstanceRow</name>
    <message numerus="yes">
        <source>%Ln file(s)</source>
        <translation>
            <numerusform>%Ln file</numerusform>
            <numerusform>%Ln files</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>KeysPage</name>
    <message numerus="yes">
        <source>%Ln selected</source>
        <translation>
            <numerusform>%Ln selected</numerusform>
            <numerusform>%Ln selected</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MachinePage</name>
    <message numerus="yes">
        <source>You may use (%Ln new)</source>
        <translation>
            <numerusform>You may use (%Ln new)</numerusform>
            <numerusform>You may use (%Ln new)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Machines</name>
    <message numerus="yes">
        <source>%1 and %Ln more</source>
        <comment>names</comment>
        <translation>
            <numerusform>%1 and %Ln more</numerusform>
            <numerusform>%1 and %Ln more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>OfferCard</name>
    <message numerus="yes">
        <source>and %Ln more</source>
        <translation>
            <numerusform>and %Ln more</numerusform>
            <numerusform>and %Ln more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>OfferUserRow</name>
    <message numerus="yes">
        <source>%Ln open</source>
        <comment>connections</comment>
        <translation>
            <numerusform>%Ln open</numerusform>
            <numerusform>%Ln open</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PackageWords</name>
    <message numerus="yes">
        <source>run %Ln process(es) at most</source>
        <translation>
            <numerusform>run %Ln process at most</numerusform>
            <numerusform>run %Ln processes at most</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln more</source>
        <translation>
            <numerusform>%Ln more</numerusform>
            <numerusform>%Ln more</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln app(s)</source>
        <translation>
            <numerusform>%Ln app</numerusform>
            <numerusform>%Ln apps</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PartingSheet</name>
    <message numerus="yes">
        <source>and %Ln more</source>
        <translation>
            <numerusform>and %Ln more</numerusform>
            <numerusform>and %Ln more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PromptCard</name>
    <message numerus="yes">
        <source>%Ln more</source>
        <comment>questions that wait behind this one</comment>
        <translation>
            <numerusform>%Ln more</numerusform>
            <numerusform>%Ln more</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln more from %1</source>
        <translation>
            <numerusform>%Ln more from %1</numerusform>
            <numerusform>%Ln more from %1</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RailButton</name>
    <message numerus="yes">
        <source>%1, %Ln waiting</source>
        <translation>
            <numerusform>%1, %Ln waiting</numerusform>
            <numerusform>%1, %Ln waiting</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Sharing</name>
    <message numerus="yes">
        <source>%Ln use(s)</source>
        <translation>
            <numerusform>%Ln use</numerusform>
            <numerusform>%Ln uses</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StopSheet</name>
    <message numerus="yes">
        <source>and %Ln more</source>
        <translation>
            <numerusform>and %Ln more</numerusform>
            <numerusform>and %Ln more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message numerus="yes">
        <source>Latchkey: %Ln question(s) wait</source>
        <translation>
            <numerusform>Latchkey: %Ln question waits</numerusform>
            <numerusform>Latchkey: %Ln questions wait</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln question(s) wait</source>
        <translation>
            <numerusform>%Ln question waits</numerusform>
            <numerusform>%Ln questions wait</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>UpdatesSheet</name>
    <message numerus="yes">
        <source>Newer versions of %Ln app(s)</source>
        <translation>
            <numerusform>A newer version of %Ln app</numerusform>
            <numerusform>Newer versions of %Ln apps</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>WaitingCard</name>
    <message numerus="yes">
        <source>New versions of %Ln app(s) wait: they ask for more than before.</source>
        <translation>
            <numerusform>A new version of %Ln app waits: it asks for more than before.</numerusform>
            <numerusform>New versions of %Ln apps wait: they ask for more than before.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message numerus="yes">
        <source>%Ln thing(s)</source>
        <comment>entries of a folder</comment>
        <translation>
            <numerusform>%Ln thing</numerusform>
            <numerusform>%Ln things</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>wants to save %Ln file(s)</source>
        <translation>
            <numerusform>wants to save %Ln file</numerusform>
            <numerusform>wants to save %Ln files</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln thing(s)</source>
        <comment>picked</comment>
        <translation>
            <numerusform>%Ln thing</numerusform>
            <numerusform>%Ln things</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>for %Ln day(s)</source>
        <comment>how long something is wanted</comment>
        <translation>
            <numerusform>for %Ln day</numerusform>
            <numerusform>for %Ln days</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>for %Ln hour(s)</source>
        <comment>how long something is wanted</comment>
        <translation>
            <numerusform>for %Ln hour</numerusform>
            <numerusform>for %Ln hours</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>for %Ln minute(s)</source>
        <comment>how long something is wanted</comment>
        <translation>
            <numerusform>for %Ln minute</numerusform>
            <numerusform>for %Ln minutes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>WordsStep</name>
    <message numerus="yes">
        <source>%Ln more machine(s) ask to be added</source>
        <translation>
            <numerusform>%Ln more machine asks to be added</numerusform>
            <numerusform>%Ln more machines ask to be added</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>latchkey::ui::ActivityModel</name>
    <message numerus="yes">
        <source>%Ln connection(s) in the last minute</source>
        <translation>
            <numerusform>%Ln connection in the last minute</numerusform>
            <numerusform>%Ln connections in the last minute</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>latchkey::ui::Available</name>
    <message numerus="yes">
        <source>%Ln more: type more of the name</source>
        <translation>
            <numerusform>%Ln more: type more of the name</numerusform>
            <numerusform>%Ln more: type more of the name</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>latchkey::ui::ConnectionsModel</name>
    <message numerus="yes">
        <source>and %Ln more</source>
        <translation>
            <numerusform>and %Ln more</numerusform>
            <numerusform>and %Ln more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>latchkey::ui::FileChooser</name>
    <message numerus="yes">
        <source>%Ln things selected</source>
        <translation>
            <numerusform>%Ln thing selected</numerusform>
            <numerusform>%Ln things selected</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>latchkey::ui::Health</name>
    <message numerus="yes">
        <source>%Ln thing(s) on this computer limit what Latchkey can do.</source>
        <translation>
            <numerusform>%Ln thing on this computer limits what Latchkey can do.</numerusform>
            <numerusform>%Ln things on this computer limit what Latchkey can do.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>latchkey::ui::OpenFiles</name>
    <message numerus="yes">
        <source>and %Ln more</source>
        <translation>
            <numerusform>and %Ln more</numerusform>
            <numerusform>and %Ln more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>latchkey::ui::Packages</name>
    <message numerus="yes">
        <source>%Ln thing(s) that you gave it are taken back.</source>
        <translation>
            <numerusform>%Ln thing that you gave it is taken back.</numerusform>
            <numerusform>%Ln things that you gave it are taken back.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>latchkey::ui::Parting</name>
    <message numerus="yes">
        <source>%Ln of them are in use at this moment. What it does with them breaks off.</source>
        <translation>
            <numerusform>%Ln of them is in use at this moment. What it does with it breaks off.</numerusform>
            <numerusform>%Ln of them are in use at this moment. What it does with them breaks off.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>You stop using %Ln thing(s) of it.</source>
        <translation>
            <numerusform>You stop using %Ln thing of it.</numerusform>
            <numerusform>You stop using %Ln things of it.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>latchkey::ui::Question</name>
    <message numerus="yes">
        <source>wants to reach %Ln place(s)</source>
        <comment>of the network</comment>
        <translation>
            <numerusform>wants to reach %Ln place</numerusform>
            <numerusform>wants to reach %Ln places</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>latchkey::ui::RuleEdit</name>
    <message numerus="yes">
        <source>At least %Ln file(s) match now:</source>
        <translation>
            <numerusform>At least %Ln file matches now:</numerusform>
            <numerusform>At least %Ln files match now:</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) match now:</source>
        <translation>
            <numerusform>%Ln file matches now:</numerusform>
            <numerusform>%Ln files match now:</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>latchkey::ui::RuleExchange</name>
    <message numerus="yes">
        <source>%Ln would be added</source>
        <translation>
            <numerusform>%Ln would be added</numerusform>
            <numerusform>%Ln would be added</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln there already</source>
        <translation>
            <numerusform>%Ln there already</numerusform>
            <numerusform>%Ln there already</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln cannot be</source>
        <translation>
            <numerusform>%Ln cannot be</numerusform>
            <numerusform>%Ln cannot be</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln rule(s) taken over</source>
        <translation>
            <numerusform>%Ln rule taken over</numerusform>
            <numerusform>%Ln rules taken over</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Written to %1, without %Ln that such a file cannot say</source>
        <translation>
            <numerusform>Written to %1, without %Ln that such a file cannot say</numerusform>
            <numerusform>Written to %1, without %Ln that such a file cannot say</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>latchkey::ui::StopPlan</name>
    <message numerus="yes">
        <source>Stop these %Ln thing(s)?</source>
        <translation>
            <numerusform>Stop this %Ln thing?</numerusform>
            <numerusform>Stop these %Ln things?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln of them are open now. Apps may show an error or close.</source>
        <translation>
            <numerusform>%Ln of them is open now. The app may show an error or close.</numerusform>
            <numerusform>%Ln of them are open now. Apps may show an error or close.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Stopped %Ln thing(s)</source>
        <translation>
            <numerusform>Stopped %Ln thing</numerusform>
            <numerusform>Stopped %Ln things</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>latchkey::ui::TrialReview</name>
    <message numerus="yes">
        <source>%Ln new</source>
        <comment>things a trial made</comment>
        <translation>
            <numerusform>%Ln new</numerusform>
            <numerusform>%Ln new</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln changed</source>
        <comment>things</comment>
        <translation>
            <numerusform>%Ln changed</numerusform>
            <numerusform>%Ln changed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln deleted</source>
        <comment>things</comment>
        <translation>
            <numerusform>%Ln deleted</numerusform>
            <numerusform>%Ln deleted</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Kept %Ln change(s) of %1</source>
        <translation>
            <numerusform>Kept %Ln change of %1</numerusform>
            <numerusform>Kept %Ln changes of %1</numerusform>
        </translation>
    </message>
</context>
</TS>
