// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import dev.latchkey.model

// What is to be opened, and with what.
FocusScope {
    id: root

    required property Question question
    required property AppOpener opener
    required property InputGuard guard
    readonly property string notYet: guard.open ? "" : qsTr("Counts in a moment")

    implicitWidth: 440
    implicitHeight: column.implicitHeight + 2 * Theme.margin
    Accessible.role: Accessible.Dialog
    Accessible.name: qsTr("%1 %2", "an app's name, what it wants").arg(question.appName).arg(question.wish)

    function settle() {
        cancel.forceActiveFocus(Qt.TabFocusReason);
    }
    onQuestionChanged: settle()
    Keys.onEscapePressed: root.question.dismiss()

    ColumnLayout {
        id: column

        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: parent.top
        anchors.margins: Theme.margin
        spacing: 16

        WhoHeader {
            Layout.fillWidth: true
            question: root.question
        }
        Card {
            Layout.fillWidth: true
            implicitHeight: thing.implicitHeight + 24
            color: Theme.ground
            Accessible.role: Accessible.StaticText
            Accessible.name: root.opener.file.length > 0 ? root.opener.file + ", " + root.opener.kindName : root.opener.before + root.opener.host + root.opener.after

            Column {
                id: thing

                x: 12
                y: 12
                width: parent.width - 24
                spacing: 4

                PlainLabel {
                    width: parent.width
                    text: root.opener.file.length > 0 ? root.opener.file : root.opener.host
                    visible: text.length > 0
                    font.pixelSize: Theme.heading
                    font.weight: Font.DemiBold
                    elide: root.opener.file.length > 0 ? Text.ElideMiddle : Text.ElideLeft
                    Accessible.ignored: true
                }
                PlainLabel {
                    width: parent.width
                    text: root.opener.plainHost
                    visible: text.length > 0
                    font.pixelSize: Theme.small
                    elide: Text.ElideLeft
                    Accessible.ignored: true
                }
                PlainLabel {
                    width: parent.width
                    text: root.opener.file.length > 0 ? root.opener.kindName : root.opener.before + root.opener.host + root.opener.after
                    font.pixelSize: Theme.small
                    color: root.opener.host.length > 0 || root.opener.file.length > 0 ? Theme.dim : Theme.text
                    wrapMode: Text.WrapAnywhere
                    maximumLineCount: 5
                    Accessible.ignored: true
                }
            }
        }
        QuoteBox {
            Layout.fillWidth: true
            who: root.question.appName
            words: root.question.claim
            visible: root.question.claim.length > 0
        }
        Card {
            Layout.fillWidth: true
            implicitHeight: Math.max(52, Math.min(list.contentHeight, 48 * 4.5)) + 8

            ListView {
                id: list

                anchors.fill: parent
                anchors.margins: 4
                clip: true
                boundsBehavior: Flickable.StopAtBounds
                model: root.opener.apps
                currentIndex: root.opener.current
                Accessible.role: Accessible.List
                Accessible.name: qsTr("Apps that can open it")
                T.ScrollBar.vertical: Scroll {}

                delegate: T.RadioButton {
                    id: app

                    required property openingApp modelData
                    required property int index

                    width: list.width
                    height: 48
                    text: modelData.name
                    checked: root.opener.current === index
                    autoExclusive: true
                    focusPolicy: Qt.StrongFocus
                    hoverEnabled: true
                    Accessible.role: Accessible.RadioButton
                    Accessible.name: text
                    Accessible.description: modelData.comment
                    Accessible.checkable: true
                    Accessible.checked: checked
                    onClicked: root.opener.current = index
                    onActiveFocusChanged: if (activeFocus)
                        list.positionViewAtIndex(index, ListView.Contain)
                    Keys.onUpPressed: list.itemAtIndex(index - 1)?.forceActiveFocus(Qt.BacktabFocusReason)
                    Keys.onDownPressed: list.itemAtIndex(index + 1)?.forceActiveFocus(Qt.TabFocusReason)

                    indicator: null
                    background: Rectangle {
                        radius: Theme.controlRadius
                        color: app.checked ? Theme.accentSoft : app.hovered ? Theme.raised : "transparent"
                        border.width: app.checked ? 1 : 0
                        border.color: Theme.accent

                        FocusRing {
                            shown: app.visualFocus
                            gap: -2
                        }
                    }
                    contentItem: Item {
                        AppIcon {
                            id: icon

                            anchors.left: parent.left
                            anchors.leftMargin: 10
                            anchors.verticalCenter: parent.verticalCenter
                            size: 28
                            source: app.modelData.icon
                        }
                        Column {
                            anchors.left: icon.right
                            anchors.leftMargin: 12
                            anchors.right: parent.right
                            anchors.rightMargin: 12
                            anchors.verticalCenter: parent.verticalCenter

                            PlainLabel {
                                width: parent.width
                                text: app.modelData.name
                                font.weight: app.checked ? Font.DemiBold : Font.Normal
                                Accessible.ignored: true
                            }
                            PlainLabel {
                                width: parent.width
                                text: app.modelData.comment
                                visible: text.length > 0
                                font.pixelSize: Theme.small
                                color: Theme.dim
                                Accessible.ignored: true
                            }
                        }
                    }
                }
            }
            PlainLabel {
                anchors.centerIn: parent
                text: qsTr("No app that can open it.")
                color: Theme.dim
                visible: list.count === 0
            }
        }
        CheckLine {
            Layout.fillWidth: true
            text: root.opener.alwaysText
            checked: root.opener.always
            onToggled: {
                root.opener.always = checked;
                checked = Qt.binding(() => root.opener.always);
            }
        }
        GuardLine {
            Layout.fillWidth: true
            guard: root.guard
        }
        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.unit

            PushButton {
                Layout.leftMargin: -14
                manner: PushButton.Flat
                text: qsTr("Other apps…")
                visible: !root.opener.showsAll
                onClicked: root.opener.showAll()
            }
            Item {
                Layout.fillWidth: true
            }
            PushButton {
                id: cancel

                focus: true
                text: qsTr("Cancel")
                Accessible.description: root.notYet
                onClicked: root.question.dismiss()
            }
            PushButton {
                text: qsTr("Open")
                manner: PushButton.Primary
                enabled: root.opener.current >= 0
                Accessible.description: root.notYet
                onClicked: root.opener.accept()
            }
        }
    }
}
