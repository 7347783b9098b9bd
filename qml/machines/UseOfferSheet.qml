// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import dev.latchkey.model

// Giving what another machine offers to an app of this one.
Sheet {
    id: root

    required property OfferUse use

    function faultOf(field: int): string {
        return use.faulty === field ? use.fault : "";
    }
    function toFault() {
        if (use.faulty === OfferUse.TheApp)
            apps.settle();
        else if (use.faulty === OfferUse.ThePlace)
            (/^[a-z0-9.-]+$/i.test(name.text.trim()) ? port : name).forceActiveFocus(Qt.TabFocusReason);
    }

    visible: use.open
    width: Math.min(560, parent ? parent.width - 48 : 560)
    onRejected: use.cancel()
    onOpened: use.ofFiles ? where.settle() : apps.settle()
    title: use.ofFiles ? qsTr("Where do you want it?") : qsTr("Use it in which app?")
    buttons: [
        PushButton {
            text: qsTr("Cancel")
            onClicked: root.use.cancel()
        },
        PushButton {
            text: root.use.asking ? qsTr("Asking %1…").arg(root.use.machine) : qsTr("Use it")
            manner: PushButton.Primary
            enabled: !root.use.asking
            onClicked: {
                root.use.use();
                root.toFault();
            }
        }
    ]

    Connections {
        target: root.use

        function onChanged() {
            if (root.use.fault.length > 0 && !root.use.asking && root.opened)
                Qt.callLater(root.toFault);
        }
    }

    QuoteBox {
        width: parent.width
        who: root.use.machine
        lead: qsTr("%1 calls it:").arg(root.use.machine)
        words: root.use.title.trim().length > 0 ? root.use.title : qsTr("(no name)")
    }
    RuleField {
        width: parent.width
        label: qsTr("Where")
        visible: root.use.ofFiles

        ChoiceList {
            id: where

            width: parent.width
            label: qsTr("Where")
            choices: root.use.wheres
            value: root.use.where
            onPicked: value => root.use.where = value
        }
    }
    Column {
        width: parent.width
        visible: root.use.where === OfferUse.ForApp

        AppPick {
            id: apps

            width: parent.width
            apps: root.use.apps
            holder: root.use.holder
            filter: root.use.filter
            onFiltered: text => root.use.filter = text
            onPicked: holder => root.use.holder = holder
        }
        FieldFault {
            width: parent.width
            text: root.faultOf(OfferUse.TheApp)
        }
    }
    RuleField {
        width: parent.width
        label: qsTr("It finds it at")
        visible: !root.use.ofFiles

        Column {
            width: parent.width

            Item {
                width: parent.width
                height: Theme.controlHeight

                InputField {
                    id: name

                    anchors.left: parent.left
                    anchors.right: colon.left
                    anchors.rightMargin: 6
                    maximumLength: 100
                    placeholderText: qsTr("Name")
                    text: root.use.name
                    onTextEdited: root.use.name = text
                    onAccepted: root.use.use()
                }
                PlainLabel {
                    id: colon

                    anchors.right: port.left
                    anchors.rightMargin: 6
                    anchors.verticalCenter: parent.verticalCenter
                    text: ":"
                    Accessible.ignored: true
                }
                InputField {
                    id: port

                    anchors.right: parent.right
                    width: 96
                    maximumLength: 20
                    placeholderText: qsTr("Port")
                    text: root.use.port
                    inputMethodHints: Qt.ImhDigitsOnly
                    onTextEdited: root.use.port = text
                    onAccepted: root.use.use()
                }
            }
            FieldFault {
                width: parent.width
                text: root.faultOf(OfferUse.ThePlace)
            }
        }
    }
    RuleField {
        width: parent.width
        label: qsTr("How long")
        visible: root.use.where === OfferUse.ForApp

        Segments {
            width: Math.min(parent.width, Math.max(180, implicitWidth))
            label: qsTr("How long")
            choices: root.use.lastings
            value: root.use.lasting
            onPicked: value => root.use.lasting = value
        }
    }
    PlainLabel {
        width: parent.width
        text: root.use.sentence
        visible: text.length > 0
        wrapMode: Text.Wrap
        maximumLineCount: 3
        Accessible.role: Accessible.StaticText
    }
    FieldFault {
        width: parent.width
        font.pixelSize: Theme.body
        text: root.faultOf(OfferUse.TheWhole)
    }
}
