<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_US">
    <context>
        <name>AppTile</name>
        <message numerus="yes">
            <source>runs; holds %n thing(s)</source>
            <translation>
                <numerusform>runs; holds %n thing</numerusform>
                <numerusform>runs; holds %n things</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>GrantRow</name>
        <message numerus="yes">
            <source>%n open</source>
            <comment>open handles</comment>
            <translation>
                <numerusform>%n open</numerusform>
                <numerusform>%n open</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>InstanceRow</name>
        <message numerus="yes">
            <source>%n file(s)</source>
            <translation>
                <numerusform>%n file</numerusform>
                <numerusform>%n files</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>KeysPage</name>
        <message numerus="yes">
            <source>%n selected</source>
            <translation>
                <numerusform>%n selected</numerusform>
                <numerusform>%n selected</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>PromptCard</name>
        <message numerus="yes">
            <source>%n more</source>
            <comment>questions that wait behind this one</comment>
            <translation>
                <numerusform>%n more</numerusform>
                <numerusform>%n more</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n more from %1</source>
            <translation>
                <numerusform>%n more from %1</numerusform>
                <numerusform>%n more from %1</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>RailButton</name>
        <message numerus="yes">
            <source>%1, %n waiting</source>
            <translation>
                <numerusform>%1, %n waiting</numerusform>
                <numerusform>%1, %n waiting</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>StopSheet</name>
        <message numerus="yes">
            <source>and %n more</source>
            <translation>
                <numerusform>and %n more</numerusform>
                <numerusform>and %n more</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Tray</name>
        <message numerus="yes">
            <source>Latchkey: %n question(s) wait</source>
            <translation>
                <numerusform>Latchkey: %n question waits</numerusform>
                <numerusform>Latchkey: %n questions wait</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n question(s) wait</source>
            <translation>
                <numerusform>%n question waits</numerusform>
                <numerusform>%n questions wait</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Words</name>
        <message numerus="yes">
            <source>%n thing(s)</source>
            <comment>entries of a folder</comment>
            <translation>
                <numerusform>%n thing</numerusform>
                <numerusform>%n things</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>latchkey::ui::Health</name>
        <message numerus="yes">
            <source>%n thing(s) on this computer limit what Latchkey can do.</source>
            <translation>
                <numerusform>%n thing on this computer limits what Latchkey can do.</numerusform>
                <numerusform>%n things on this computer limit what Latchkey can do.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>latchkey::ui::StopPlan</name>
        <message numerus="yes">
            <source>Stop these %n thing(s)?</source>
            <translation>
                <numerusform>Stop this %n thing?</numerusform>
                <numerusform>Stop these %n things?</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n of them are open now. Apps may show an error or close.</source>
            <translation>
                <numerusform>%n of them is open now. The app may show an error or close.</numerusform>
                <numerusform>%n of them are open now. Apps may show an error or close.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Stopped %n thing(s)</source>
            <translation>
                <numerusform>Stopped %n thing</numerusform>
                <numerusform>Stopped %n things</numerusform>
            </translation>
        </message>
    </context>
</TS>
