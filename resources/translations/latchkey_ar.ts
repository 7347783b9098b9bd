<?xml version="1.0" encoding="utf-8"?>
<!-- SPDX-FileCopyrightText: Latchkey contributors -->
<!-- SPDX-License-Identifier: GPL-2.0-or-later -->
<!DOCTYPE TS>
<TS version="2.1" language="ar_EG">
<context>
    <name>ActivityPage</name>
    <message>
        <source>Activity</source>
        <translation>النشاط</translation>
    </message>
    <message>
        <source>Stop all apps</source>
        <translation>إيقاف كل التطبيقات</translation>
    </message>
    <message>
        <source>Running apps</source>
        <translation>التطبيقات العاملة</translation>
    </message>
    <message>
        <source>No app runs.</source>
        <translation>لا يعمل أي تطبيق.</translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>ما حدث</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>عرض</translation>
    </message>
    <message>
        <source>Find</source>
        <translation>بحث</translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>لم يُعثر على شيء</translation>
    </message>
    <message>
        <source>Nothing has happened yet. What apps ask for and use, and what you answer, appears here.</source>
        <translation>لم يحدث شيء بعد. ما تطلبه التطبيقات وتستخدمه وما تجيب به يظهر هنا.</translation>
    </message>
    <message>
        <source>No app has used the network in the last minute.</source>
        <translation>لم يستخدم أي تطبيق الشبكة في الدقيقة الأخيرة.</translation>
    </message>
</context>
<context>
    <name>AddMachineSheet</name>
    <message>
        <source>Both machines are here</source>
        <translation>الجهازان هنا</translation>
    </message>
    <message>
        <source>An invitation</source>
        <translation>دعوة</translation>
    </message>
    <message>
        <source>Use an invitation</source>
        <translation>استخدام دعوة</translation>
    </message>
    <message>
        <source>Does the other screen show the same four words?</source>
        <translation>هل تظهر الكلمات الأربع نفسها على الشاشة الأخرى؟</translation>
    </message>
    <message>
        <source>Waiting for the other screen</source>
        <translation>في انتظار الشاشة الأخرى</translation>
    </message>
    <message>
        <source>Nothing was added</source>
        <translation>لم يُضَف شيء</translation>
    </message>
    <message>
        <source>Paired. It can see nothing yet.</source>
        <translation>تم الاقتران. لا يرى شيئًا بعد.</translation>
    </message>
    <message>
        <source>Add a machine</source>
        <translation>إضافة جهاز</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>رجوع</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>إغلاق</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>إلغاء</translation>
    </message>
    <message>
        <source>Join</source>
        <translation>انضمام</translation>
    </message>
    <message>
        <source>Compare with the next</source>
        <translation>المقارنة مع التالي</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>المحاولة مرة أخرى</translation>
    </message>
    <message>
        <source>They differ</source>
        <translation>إنها مختلفة</translation>
    </message>
    <message>
        <source>Counts in a moment</source>
        <translation>يُحتسب بعد لحظة</translation>
    </message>
    <message>
        <source>The words match</source>
        <translation>الكلمات متطابقة</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>تم</translation>
    </message>
    <message>
        <source>Adding gives it nothing. What it may use you decide later, thing by thing.</source>
        <translation>الإضافة لا تمنحه شيئًا. ما يجوز له استخدامه تقرره لاحقًا، شيئًا فشيئًا.</translation>
    </message>
    <message>
        <source>Both screens show four words; you look whether they are the same.</source>
        <translation>تعرض الشاشتان أربع كلمات، وتنظر أنت هل هي نفسها.</translation>
    </message>
    <message>
        <source>The other one is far away</source>
        <translation>الجهاز الآخر بعيد</translation>
    </message>
    <message>
        <source>You send its person an invitation: a link that works once.</source>
        <translation>ترسل إلى صاحبه دعوة: رابطًا يعمل مرة واحدة.</translation>
    </message>
    <message>
        <source>I was sent an invitation</source>
        <translation>وصلتني دعوة</translation>
    </message>
    <message>
        <source>You paste the link, or open the file.</source>
        <translation>تلصق الرابط أو تفتح الملف.</translation>
    </message>
    <message>
        <source>You said that the words match. The machine is added as soon as that was said on the other screen too.</source>
        <translation>قلتَ إن الكلمات متطابقة. يُضاف الجهاز حالما يُقال ذلك على الشاشة الأخرى أيضًا.</translation>
    </message>
</context>
<context>
    <name>AddedStep</name>
    <message>
        <source>Your name for this machine</source>
        <translation>اسمك أنت لهذا الجهاز</translation>
    </message>
    <message>
        <source>This is your own name for it, and its colour. What you share with it you see under Machines and Keys, and can take back there.</source>
        <translation>هذا اسمك أنت له ولونه. ما تشاركه معه تراه في الأجهزة والمفاتيح، ويمكنك سحبه هناك.</translation>
    </message>
</context>
<context>
    <name>AfreshSheet</name>
    <message>
        <source>Let %1 start afresh?</source>
        <translation>هل يبدأ %1 من جديد؟</translation>
    </message>
    <message>
        <source>It begins as if it had never been started here: without its settings, sign-ins and own files. Your files and what it may use stay as they are.</source>
        <translation>يبدأ كأنه لم يُشغَّل هنا قط: بلا إعداداته ولا تسجيلات دخوله ولا ملفاته الخاصة. تبقى ملفاتك وما يجوز له استخدامه كما هي.</translation>
    </message>
    <message>
        <source>What it has now is put aside and can be brought back. What was put aside before is deleted.</source>
        <translation>يوضع جانبًا ما لديه الآن ويمكن استرجاعه. ويُحذف ما وُضع جانبًا من قبل.</translation>
    </message>
    <message>
        <source>What it has now is put aside and can be brought back.</source>
        <translation>يوضع جانبًا ما لديه الآن ويمكن استرجاعه.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>إلغاء</translation>
    </message>
    <message>
        <source>Start afresh</source>
        <translation>البدء من جديد</translation>
    </message>
</context>
<context>
    <name>AmountField</name>
    <message>
        <source>no limit</source>
        <translation>بلا حد</translation>
    </message>
    <message>
        <source>MB</source>
        <translation>م.ب</translation>
    </message>
</context>
<context>
    <name>AnswerControls</name>
    <message>
        <source>Access</source>
        <translation>الوصول</translation>
    </message>
    <message>
        <source>For</source>
        <comment>for how long</comment>
        <translation>المدة</translation>
    </message>
    <message>
        <source>For how long</source>
        <translation>إلى متى</translation>
    </message>
    <message>
        <source>Opens</source>
        <comment>what an answer opens</comment>
        <translation>يفتح</translation>
    </message>
    <message>
        <source>What it opens</source>
        <translation>ما الذي يفتحه</translation>
    </message>
    <message>
        <source>Ends</source>
        <translation>ينتهي</translation>
    </message>
    <message>
        <source>Full speed; whatever is in it stays reachable until the app closes</source>
        <translation>السرعة القصوى؛ يبقى كل ما فيه متاحًا حتى يُغلق التطبيق</translation>
    </message>
    <message>
        <source>Speed</source>
        <comment>of a folder</comment>
        <translation>السرعة</translation>
    </message>
    <message>
        <source>full</source>
        <translation>قصوى</translation>
    </message>
</context>
<context>
    <name>AnsweredRow</name>
    <message>
        <source>%1, %2, %3: %4</source>
        <translation>%1، %2، %3: %4</translation>
    </message>
</context>
<context>
    <name>AppMenu</name>
    <message>
        <source>Start</source>
        <translation>تشغيل</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>إيقاف</translation>
    </message>
    <message>
        <source>Start as “%1”</source>
        <translation>تشغيل باسم «%1»</translation>
    </message>
    <message>
        <source>Start with a new profile…</source>
        <translation>التشغيل بملف شخصي جديد…</translation>
    </message>
    <message>
        <source>Always start with Latchkey</source>
        <translation>التشغيل دائمًا عبر Latchkey</translation>
    </message>
    <message>
        <source>What it may use…</source>
        <translation>ما يُسمح له باستخدامه…</translation>
    </message>
    <message>
        <source>Try – decide later</source>
        <translation>تجربة – والقرار لاحقًا</translation>
    </message>
    <message>
        <source>Go back to version %1</source>
        <translation>الرجوع إلى الإصدار %1</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>إزالة…</translation>
    </message>
</context>
<context>
    <name>AppOptions</name>
    <message>
        <source>%1 also wants to know:</source>
        <translation>يريد %1 أيضًا أن يعرف:</translation>
    </message>
</context>
<context>
    <name>AppPage</name>
    <message>
        <source>Back</source>
        <translation>رجوع</translation>
    </message>
    <message>
        <source>Your name for this app</source>
        <translation>اسمك لهذا التطبيق</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>تشغيل</translation>
    </message>
    <message>
        <source>Has</source>
        <translation>لديه</translation>
    </message>
    <message>
        <source>Asked</source>
        <translation>طلب</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>البيانات</translation>
    </message>
    <message>
        <source>Limits</source>
        <translation>الحدود</translation>
    </message>
    <message>
        <source>Give access to the network…</source>
        <translation>منح الوصول إلى الشبكة…</translation>
    </message>
</context>
<context>
    <name>AppPick</name>
    <message>
        <source>Find an app</source>
        <translation>ابحث عن تطبيق</translation>
    </message>
    <message>
        <source>Apps</source>
        <translation>التطبيقات</translation>
    </message>
    <message>
        <source>%1, running</source>
        <translation>%1، يعمل الآن</translation>
    </message>
    <message>
        <source>running</source>
        <translation>يعمل الآن</translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>لم يُعثر على شيء</translation>
    </message>
</context>
<context>
    <name>AppTile</name>
    <message numerus="yes">
        <source>runs; holds %Ln thing(s)</source>
        <translation>
            <numerusform>يعمل؛ لا يملك شيئًا</numerusform>
            <numerusform>يعمل؛ يملك شيئًا واحدًا</numerusform>
            <numerusform>يعمل؛ يملك شيئين</numerusform>
            <numerusform>يعمل؛ يملك %Ln أشياء</numerusform>
            <numerusform>يعمل؛ يملك %Ln شيئًا</numerusform>
            <numerusform>يعمل؛ يملك %Ln شيء</numerusform>
        </translation>
    </message>
    <message>
        <source>holds nothing</source>
        <translation>لا يملك شيئًا</translation>
    </message>
    <message>
        <source>More about %1</source>
        <translation>المزيد عن %1</translation>
    </message>
</context>
<context>
    <name>AppsPage</name>
    <message>
        <source>Apps</source>
        <translation>التطبيقات</translation>
    </message>
    <message>
        <source>Find an app, or type a command</source>
        <translation>ابحث عن تطبيق أو اكتب أمرًا</translation>
    </message>
    <message>
        <source>No apps found</source>
        <translation>لم يُعثر على تطبيقات</translation>
    </message>
    <message>
        <source>Apps that are installed on this computer appear here. You can also drop a bundle or an AppImage on this window, or type a command above.</source>
        <translation>تظهر هنا التطبيقات المثبتة على هذا الحاسوب. يمكنك أيضًا إفلات حزمة أو ملف AppImage على هذه النافذة، أو كتابة أمر في الأعلى.</translation>
    </message>
    <message>
        <source>Updates: %L1</source>
        <translation>تحديثات: %L1</translation>
    </message>
    <message>
        <source>Updates</source>
        <translation>تحديثات</translation>
    </message>
    <message numerus="yes">
        <source>Updates, %Ln waiting</source>
        <translation>
            <numerusform>تحديثات، لا شيء ينتظر</numerusform>
            <numerusform>تحديثات، واحد ينتظر</numerusform>
            <numerusform>تحديثات، اثنان ينتظران</numerusform>
            <numerusform>تحديثات، %Ln تنتظر</numerusform>
            <numerusform>تحديثات، %Ln ينتظر</numerusform>
            <numerusform>تحديثات، %Ln ينتظر</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>AskSheet</name>
    <message>
        <source>Ask %1 for something</source>
        <translation>اطلب شيئًا من %1</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>إلغاء</translation>
    </message>
    <message>
        <source>Asking…</source>
        <translation>جارٍ السؤال…</translation>
    </message>
    <message>
        <source>Ask</source>
        <translation>اسأل</translation>
    </message>
    <message>
        <source>For</source>
        <comment>a thing</comment>
        <translation>المطلوب</translation>
    </message>
    <message>
        <source>Called</source>
        <translation>اسمه</translation>
    </message>
    <message>
        <source>As far as you know; they pick which</source>
        <translation>بحسب ما تعرف؛ وهم من يختارون</translation>
    </message>
    <message>
        <source>What it is called</source>
        <translation>ما اسمه</translation>
    </message>
    <message>
        <source>To</source>
        <comment>for what purpose</comment>
        <translation>الغرض</translation>
    </message>
    <message>
        <source>How long</source>
        <translation>إلى متى</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>لماذا</translation>
    </message>
    <message>
        <source>In a few words, for them to read</source>
        <translation>بكلمات قليلة يقرؤونها</translation>
    </message>
    <message>
        <source>Why you ask</source>
        <translation>سبب طلبك</translation>
    </message>
    <message>
        <source>%1 is not connected: it is asked when it is.</source>
        <translation>%1 غير متصل: سيُسأل عندما يتصل.</translation>
    </message>
    <message>
        <source>The question appears on the screen of %1. What its person gives you is yours at once.</source>
        <translation>يظهر السؤال على شاشة %1. وما يُعطى لك هناك يصبح لك فورًا.</translation>
    </message>
</context>
<context>
    <name>AskedList</name>
    <message>
        <source>You asked for</source>
        <translation>طلبتَ</translation>
    </message>
    <message>
        <source>Take back</source>
        <translation>تراجع</translation>
    </message>
</context>
<context>
    <name>AvailableList</name>
    <message>
        <source>Available, not installed</source>
        <translation>متاح وغير مثبّت</translation>
    </message>
</context>
<context>
    <name>AvailableRow</name>
    <message>
        <source>%1, not installed</source>
        <translation>%1، غير مثبّت</translation>
    </message>
    <message>
        <source>Its author says: “%1”</source>
        <translation>يقول مؤلفه: «%1»</translation>
    </message>
    <message>
        <source>“%1”</source>
        <translation>«%1»</translation>
    </message>
</context>
<context>
    <name>Banner</name>
    <message>
        <source>Turn it on again</source>
        <translation>تشغيلها من جديد</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>عرض</translation>
    </message>
</context>
<context>
    <name>CareCard</name>
    <message>
        <source>Unblock</source>
        <translation>رفع الحظر</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>المحاولة مرة أخرى</translation>
    </message>
    <message>
        <source>Forget it, then add it again…</source>
        <translation>نسيانه ثم إضافته من جديد…</translation>
    </message>
</context>
<context>
    <name>ChooserCard</name>
    <message>
        <source>Counts in a moment</source>
        <translation>يسري بعد لحظة</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <comment>an app&apos;s name, what it wants</comment>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>Folder above</source>
        <translation>المجلد الأعلى</translation>
    </message>
    <message>
        <source>Search here</source>
        <translation>ابحث هنا</translation>
    </message>
    <message>
        <source>Don&apos;t show hidden files</source>
        <translation>عدم إظهار الملفات المخفية</translation>
    </message>
    <message>
        <source>Show hidden files</source>
        <translation>إظهار الملفات المخفية</translation>
    </message>
    <message>
        <source>New folder…</source>
        <translation>مجلد جديد…</translation>
    </message>
    <message>
        <source>Show</source>
        <comment>which kind of files</comment>
        <translation>إظهار</translation>
    </message>
    <message>
        <source>Show: “%1”</source>
        <translation>إظهار: «%1»</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>إلغاء</translation>
    </message>
</context>
<context>
    <name>ChooserPlaces</name>
    <message>
        <source>Recent</source>
        <comment>files used lately</comment>
        <translation>الأخيرة</translation>
    </message>
    <message>
        <source>Home</source>
        <translation>المنزل</translation>
    </message>
    <message>
        <source>Computer</source>
        <comment>the root of all folders</comment>
        <translation>الحاسوب</translation>
    </message>
</context>
<context>
    <name>ChooserWindow</name>
    <message>
        <source>%1 asks</source>
        <translation>%1 يسأل</translation>
    </message>
</context>
<context>
    <name>ClaimRow</name>
    <message>
        <source>Its author says: “%1”</source>
        <translation>يقول مؤلفه: «%1»</translation>
    </message>
    <message>
        <source>“%1”</source>
        <translation>«%1»</translation>
    </message>
    <message>
        <source>Allow now</source>
        <translation>السماح الآن</translation>
    </message>
</context>
<context>
    <name>CommandOffer</name>
    <message>
        <source>No app or command of that name.</source>
        <translation>لا يوجد تطبيق أو أمر بهذا الاسم.</translation>
    </message>
    <message>
        <source>Or start the command “%1”</source>
        <translation>أو شغّل الأمر «%1»</translation>
    </message>
    <message>
        <source>No app of that name. Start the command “%1”?</source>
        <translation>لا يوجد تطبيق بهذا الاسم. هل تريد تشغيل الأمر «%1»؟</translation>
    </message>
    <message>
        <source>Start protected</source>
        <translation>تشغيل محمي</translation>
    </message>
</context>
<context>
    <name>ConnectionRow</name>
    <message>
        <source>End</source>
        <translation>إنهاء</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>هذا الحاسوب</translation>
    </message>
    <message>
        <source>Lets programs of this computer reach it</source>
        <translation>يتيح لبرامج هذا الحاسوب الوصول إليه</translation>
    </message>
    <message>
        <source>My network</source>
        <translation>شبكتي</translation>
    </message>
    <message>
        <source>Lets other computers of your network reach it</source>
        <translation>يتيح لحواسيب شبكتك الأخرى الوصول إليه</translation>
    </message>
    <message>
        <source>Stop offering</source>
        <translation>إيقاف العرض</translation>
    </message>
    <message>
        <source>A machine…</source>
        <translation>جهاز…</translation>
    </message>
    <message>
        <source>Lets another machine use it</source>
        <translation>يسمح لجهاز آخر باستخدامه</translation>
    </message>
</context>
<context>
    <name>ConnectionsSheet</name>
    <message>
        <source>End all</source>
        <translation>إنهاء الكل</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>إغلاق</translation>
    </message>
    <message>
        <source>Connected now</source>
        <translation>متصل الآن</translation>
    </message>
</context>
<context>
    <name>DataTab</name>
    <message>
        <source>Settings and files that the app keeps for itself. It takes this folder for your home; nothing of yours is in it.</source>
        <translation>إعدادات وملفات يحتفظ بها التطبيق لنفسه. يظن التطبيق أن هذا المجلد هو مجلدك الشخصي، وليس فيه شيء يخصك.</translation>
    </message>
</context>
<context>
    <name>EditSheet</name>
    <message>
        <source>Change this rule</source>
        <translation>تغيير هذه القاعدة</translation>
    </message>
    <message>
        <source>App</source>
        <translation>التطبيق</translation>
    </message>
    <message>
        <source>App, or app@profile</source>
        <translation>التطبيق، أو التطبيق@الملف الشخصي</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>المكان</translation>
    </message>
    <message>
        <source>How far</source>
        <translation>المدى</translation>
    </message>
    <message>
        <source>It may</source>
        <translation>يُسمح له</translation>
    </message>
    <message>
        <source>How long</source>
        <translation>المدة</translation>
    </message>
    <message>
        <source>Keep even when unused</source>
        <translation>الاحتفاظ بها حتى دون استخدام</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>إلغاء</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>حفظ</translation>
    </message>
    <message>
        <source>Give access to the network</source>
        <translation>منح الوصول إلى الشبكة</translation>
    </message>
    <message>
        <source>Give</source>
        <translation>منح</translation>
    </message>
    <message>
        <source>It may reach</source>
        <translation>يجوز له الوصول إلى</translation>
    </message>
    <message>
        <source>A second at most</source>
        <translation>في الثانية على الأكثر</translation>
    </message>
    <message>
        <source>A day at most</source>
        <translation>في اليوم على الأكثر</translation>
    </message>
    <message>
        <source>Ask again after</source>
        <translation>السؤال من جديد بعد</translation>
    </message>
</context>
<context>
    <name>FileRow</name>
    <message>
        <source>folder</source>
        <translation>مجلد</translation>
    </message>
</context>
<context>
    <name>FileTaking</name>
    <message>
        <source>A name cannot have “/” in it.</source>
        <translation>لا يمكن أن يحتوي الاسم على «/».</translation>
    </message>
    <message>
        <source>This name means a folder.</source>
        <translation>هذا الاسم يعني مجلدًا.</translation>
    </message>
    <message>
        <source>This name is too long.</source>
        <translation>هذا الاسم طويل جدًا.</translation>
    </message>
    <message>
        <source>This name has characters that cannot be seen.</source>
        <translation>في هذا الاسم محارف لا تُرى.</translation>
    </message>
    <message>
        <source>%1 is not what it was any more. Look again.</source>
        <translation>لم يعد %1 كما كان. انظر مرة أخرى.</translation>
    </message>
    <message>
        <source>%1 belongs to Latchkey. No app can be given it.</source>
        <translation>%1 يخص Latchkey. لا يمكن إعطاؤه لأي تطبيق.</translation>
    </message>
    <message>
        <source>%1 is no longer there.</source>
        <translation>لم يعد %1 موجودًا.</translation>
    </message>
    <message>
        <source>That is too much at once: at most %1.</source>
        <translation>هذا كثير دفعة واحدة: %1 على الأكثر.</translation>
    </message>
    <message>
        <source>%1 is no name of a file.</source>
        <translation>‏%1 ليس اسم ملف.</translation>
    </message>
    <message>
        <source>Nothing can be saved here.</source>
        <translation>لا يمكن حفظ شيء هنا.</translation>
    </message>
    <message>
        <source>There is a folder called %1.</source>
        <translation>يوجد مجلد باسم %1.</translation>
    </message>
    <message>
        <source>%1 cannot be replaced.</source>
        <translation>لا يمكن استبدال %1.</translation>
    </message>
    <message>
        <source>%1 is a link that leads nowhere.</source>
        <translation>‏%1 رابط لا يؤدي إلى شيء.</translation>
    </message>
    <message>
        <source>This folder is gone.</source>
        <translation>لم يعد هذا المجلد موجودًا.</translation>
    </message>
    <message>
        <source>There is something called %1.</source>
        <translation>يوجد شيء باسم %1.</translation>
    </message>
    <message>
        <source>The folder cannot be made: %1.</source>
        <translation>لا يمكن إنشاء المجلد: %1.</translation>
    </message>
</context>
<context>
    <name>FilesHeader</name>
    <message>
        <source>sorted, the last first</source>
        <translation>مرتب، الأخير أولًا</translation>
    </message>
    <message>
        <source>sorted</source>
        <translation>مرتب</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>الاسم</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>الحجم</translation>
    </message>
    <message>
        <source>Changed</source>
        <translation>التغيير</translation>
    </message>
</context>
<context>
    <name>FilesList</name>
    <message>
        <source>Folders</source>
        <translation>المجلدات</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>الملفات</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>جارٍ القراءة…</translation>
    </message>
    <message>
        <source>Nothing of that name here or below.</source>
        <translation>لا شيء بهذا الاسم هنا أو أدناه.</translation>
    </message>
    <message>
        <source>No folders in here.</source>
        <translation>لا مجلدات هنا.</translation>
    </message>
    <message>
        <source>Nothing here that fits.</source>
        <translation>لا شيء مناسب هنا.</translation>
    </message>
</context>
<context>
    <name>FindingsSheet</name>
    <message>
        <source>On this computer</source>
        <translation>على هذا الحاسوب</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>إغلاق</translation>
    </message>
</context>
<context>
    <name>FollowForm</name>
    <message>
        <source>Where it is</source>
        <translation>مكانه</translation>
    </message>
    <message>
        <source>https://… or the path of a folder</source>
        <translation>https://… أو مسار مجلد</translation>
    </message>
    <message>
        <source>Its key, as its publisher told you</source>
        <translation>مفتاحه كما أخبرك ناشره</translation>
    </message>
    <message>
        <source>RW…</source>
        <translation>RW…</translation>
    </message>
    <message>
        <source>From a file…</source>
        <translation>من ملف…</translation>
    </message>
    <message>
        <source>Compare it with what its publisher shows. Who has this key decides what you can install from there:</source>
        <translation>قارنه بما يعرضه ناشره. من يملك هذا المفتاح يقرر ما يمكنك تثبيته من هناك:</translation>
    </message>
    <message>
        <source>Key %1</source>
        <translation>المفتاح %1</translation>
    </message>
    <message>
        <source>Asking it…</source>
        <translation>جارٍ سؤاله…</translation>
    </message>
    <message>
        <source>Following installs nothing.</source>
        <translation>المتابعة لا تثبّت شيئًا.</translation>
    </message>
    <message>
        <source>Open a key</source>
        <translation>فتح مفتاح</translation>
    </message>
</context>
<context>
    <name>GiverCard</name>
    <message>
        <source>Counts in a moment</source>
        <translation>يُحتسب بعد لحظة</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <comment>an app&apos;s name, what it wants</comment>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>%1 calls it:</source>
        <translation>يسميه %1:</translation>
    </message>
    <message numerus="yes">
        <source>%Ln more</source>
        <comment>questions that wait behind this one</comment>
        <translation>
            <numerusform>لا مزيد</numerusform>
            <numerusform>سؤال آخر</numerusform>
            <numerusform>سؤالان آخران</numerusform>
            <numerusform>%Ln أسئلة أخرى</numerusform>
            <numerusform>%Ln سؤالًا آخر</numerusform>
            <numerusform>%Ln سؤال آخر</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln more from %1</source>
        <translation>
            <numerusform>لا مزيد من %1</numerusform>
            <numerusform>سؤال آخر من %1</numerusform>
            <numerusform>سؤالان آخران من %1</numerusform>
            <numerusform>%Ln أسئلة أخرى من %1</numerusform>
            <numerusform>%Ln سؤالًا آخر من %1</numerusform>
            <numerusform>%Ln سؤال آخر من %1</numerusform>
        </translation>
    </message>
    <message>
        <source>Don&apos;t give</source>
        <translation>لا تعطِ</translation>
    </message>
    <message>
        <source>Giving…</source>
        <translation>جارٍ الإعطاء…</translation>
    </message>
    <message>
        <source>Give</source>
        <translation>أعطِ</translation>
    </message>
    <message>
        <source>%1 would like it:</source>
        <comment>for so long</comment>
        <translation>يودّ %1 الحصول عليه:</translation>
    </message>
</context>
<context>
    <name>GiverWindow</name>
    <message>
        <source>%1 asks</source>
        <translation>%1 يسأل</translation>
    </message>
</context>
<context>
    <name>GrantRow</name>
    <message>
        <source>%1, %2, %3, %4</source>
        <translation>%1، %2، %3، %4</translation>
    </message>
    <message>
        <source>Select %1</source>
        <translation>تحديد %1</translation>
    </message>
    <message numerus="yes">
        <source>%Ln open</source>
        <comment>open handles</comment>
        <translation>
            <numerusform>لا شيء مفتوح</numerusform>
            <numerusform>واحد مفتوح</numerusform>
            <numerusform>اثنان مفتوحان</numerusform>
            <numerusform>%Ln مفتوحة</numerusform>
            <numerusform>%Ln مفتوحًا</numerusform>
            <numerusform>%Ln مفتوح</numerusform>
        </translation>
    </message>
    <message>
        <source>Give again</source>
        <translation>منح من جديد</translation>
    </message>
    <message>
        <source>Stop…</source>
        <translation>إيقاف…</translation>
    </message>
    <message>
        <source>Change %1</source>
        <translation>تغيير %1</translation>
    </message>
    <message>
        <source>What is open of %1</source>
        <translation>ما هو مفتوح من %1</translation>
    </message>
    <message>
        <source>Share %1 with a machine</source>
        <translation>مشاركة %1 مع جهاز</translation>
    </message>
</context>
<context>
    <name>GrantsList</name>
    <message>
        <source>Keys</source>
        <translation>المفاتيح</translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>لم يُعثر على شيء</translation>
    </message>
    <message>
        <source>No app holds anything</source>
        <translation>لا يملك أي تطبيق شيئًا</translation>
    </message>
    <message>
        <source>No name contains what you typed.</source>
        <translation>لا يحوي أي اسم ما كتبته.</translation>
    </message>
    <message>
        <source>Apps start with nothing. What you allow them appears here, and can be taken back here at any time.</source>
        <translation>تبدأ التطبيقات بلا شيء. ما تسمح لها به يظهر هنا، ويمكنك سحبه من هنا في أي وقت.</translation>
    </message>
</context>
<context>
    <name>ImportSheet</name>
    <message>
        <source>Take over these rules?</source>
        <translation>هل تريد اعتماد هذه القواعد؟</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>إلغاء</translation>
    </message>
    <message>
        <source>Take over all</source>
        <translation>اعتماد الكل</translation>
    </message>
</context>
<context>
    <name>InUseStrip</name>
    <message>
        <source>Stop</source>
        <translation>إيقاف</translation>
    </message>
    <message>
        <source>Stop: %1</source>
        <translation>إيقاف: %1</translation>
    </message>
</context>
<context>
    <name>InputField</name>
    <message>
        <source>Clear</source>
        <translation>مسح</translation>
    </message>
</context>
<context>
    <name>InstallSheet</name>
    <message>
        <source>Later</source>
        <translation>لاحقًا</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>إلغاء</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>إغلاق</translation>
    </message>
    <message>
        <source>Keep the old one</source>
        <translation>إبقاء القديم</translation>
    </message>
    <message>
        <source>Its author says:</source>
        <translation>يقول مؤلفه:</translation>
    </message>
    <message>
        <source>What is new, in its author’s words:</source>
        <translation>الجديد بكلمات مؤلفه:</translation>
    </message>
    <message>
        <source>None of it is given by updating: you are asked when it comes to it.</source>
        <translation>لا يُمنح أي من ذلك بالتحديث: ستُسأل عندما يحين وقته.</translation>
    </message>
    <message>
        <source>None of it is given by installing: you are asked when it comes to it.</source>
        <translation>لا يُمنح أي من ذلك بالتثبيت: ستُسأل عندما يحين وقته.</translation>
    </message>
    <message>
        <source>Installing</source>
        <translation>جارٍ التثبيت</translation>
    </message>
    <message>
        <source>And at more length:</source>
        <translation>وبتفصيل أكثر:</translation>
    </message>
    <message>
        <source>Its licence, as its author says:</source>
        <translation>رخصته، كما يقول مؤلفه:</translation>
    </message>
    <message>
        <source>Read less</source>
        <translation>اقرأ أقل</translation>
    </message>
    <message>
        <source>Read all its author says</source>
        <translation>اقرأ كل ما يقوله مؤلفه</translation>
    </message>
</context>
<context>
    <name>InstanceRow</name>
    <message>
        <source>Hide the processes of %1</source>
        <translation>إخفاء عمليات %1</translation>
    </message>
    <message>
        <source>Show the processes of %1</source>
        <translation>إظهار عمليات %1</translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s)</source>
        <translation>
            <numerusform>لا ملفات</numerusform>
            <numerusform>ملف واحد</numerusform>
            <numerusform>ملفان</numerusform>
            <numerusform>%Ln ملفات</numerusform>
            <numerusform>%Ln ملفًا</numerusform>
            <numerusform>%Ln ملف</numerusform>
        </translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>إيقاف</translation>
    </message>
    <message>
        <source>What %1 is connected with</source>
        <translation>ما يتصل به %1</translation>
    </message>
</context>
<context>
    <name>InvitationRow</name>
    <message>
        <source>Invitation of %1, good for one machine until %2</source>
        <translation>دعوة من %1، صالحة لجهاز واحد حتى %2</translation>
    </message>
    <message>
        <source>Cancel it</source>
        <translation>إلغاؤها</translation>
    </message>
</context>
<context>
    <name>InviteStep</name>
    <message>
        <source>Send this link to the person at the other machine. It is good for one machine, once, until %1. Whoever has it first can use it: send it to nobody else.</source>
        <translation>أرسل هذا الرابط إلى الشخص عند الجهاز الآخر. وهو صالح لجهاز واحد، مرة واحدة، حتى %1. من يحصل عليه أولًا يستطيع استخدامه: لا ترسله إلى أحد غيره.</translation>
    </message>
    <message>
        <source>The link: %1</source>
        <translation>الرابط: %1</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>نُسخ</translation>
    </message>
    <message>
        <source>Copy the link</source>
        <translation>نسخ الرابط</translation>
    </message>
    <message>
        <source>Save as a file…</source>
        <translation>حفظ كملف…</translation>
    </message>
    <message>
        <source>No invitation could be made: %1</source>
        <translation>تعذّر إنشاء دعوة: %1</translation>
    </message>
    <message>
        <source>It is shown this once. The other machine appears here as soon as the link was used; this sheet may be closed before that.</source>
        <translation>يُعرض هذه المرة فقط. يظهر الجهاز الآخر هنا حالما يُستخدم الرابط، ويمكن إغلاق هذه الورقة قبل ذلك.</translation>
    </message>
    <message>
        <source>Save the invitation</source>
        <translation>حفظ الدعوة</translation>
    </message>
</context>
<context>
    <name>JoinStep</name>
    <message>
        <source>Paste the link that you were sent. Use it only if you know who sent it: afterwards that machine is among yours, and sees nothing until you share something.</source>
        <translation>ألصق الرابط الذي وصلك. استخدمه فقط إن كنت تعرف من أرسله: بعد ذلك يصبح ذلك الجهاز بين أجهزتك، ولا يرى شيئًا حتى تشارك شيئًا.</translation>
    </message>
    <message>
        <source>The invitation&apos;s link</source>
        <translation>رابط الدعوة</translation>
    </message>
    <message>
        <source>Stop trying</source>
        <translation>إيقاف المحاولة</translation>
    </message>
    <message>
        <source>From a file…</source>
        <translation>من ملف…</translation>
    </message>
    <message>
        <source>Connecting to the machine that invites…</source>
        <translation>جارٍ الاتصال بالجهاز الداعي…</translation>
    </message>
    <message>
        <source>Open an invitation</source>
        <translation>فتح دعوة</translation>
    </message>
</context>
<context>
    <name>JournalRow</name>
    <message>
        <source>Why?</source>
        <translation>لماذا؟</translation>
    </message>
</context>
<context>
    <name>KeysHeader</name>
    <message>
        <source>It may</source>
        <translation>يجوز له</translation>
    </message>
    <message>
        <source>How long</source>
        <translation>المدة</translation>
    </message>
    <message>
        <source>Last used</source>
        <translation>آخر استخدام</translation>
    </message>
</context>
<context>
    <name>KeysMenu</name>
    <message>
        <source>More about rules</source>
        <translation>المزيد عن القواعد</translation>
    </message>
    <message>
        <source>What you never allow…</source>
        <translation>ما لا تسمح به أبدًا…</translation>
    </message>
    <message>
        <source>Take over rules from a file…</source>
        <translation>اعتماد قواعد من ملف…</translation>
    </message>
    <message>
        <source>Write all rules to a file…</source>
        <translation>كتابة كل القواعد في ملف…</translation>
    </message>
    <message>
        <source>Take over rules from a file</source>
        <translation>اعتماد قواعد من ملف</translation>
    </message>
    <message>
        <source>Rules (*.toml)</source>
        <translation>قواعد (*.toml)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>كل الملفات (*)</translation>
    </message>
    <message>
        <source>Write all rules to a file</source>
        <translation>كتابة كل القواعد في ملف</translation>
    </message>
    <message>
        <source>Give access to the network…</source>
        <translation>منح الوصول إلى الشبكة…</translation>
    </message>
</context>
<context>
    <name>KeysPage</name>
    <message>
        <source>Keys</source>
        <translation>المفاتيح</translation>
    </message>
    <message>
        <source>Find an app or a thing</source>
        <translation>ابحث عن تطبيق أو شيء</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>تجميع</translation>
    </message>
    <message numerus="yes">
        <source>%Ln selected</source>
        <translation>
            <numerusform>لا شيء محدد</numerusform>
            <numerusform>واحد محدد</numerusform>
            <numerusform>اثنان محددان</numerusform>
            <numerusform>%Ln محددة</numerusform>
            <numerusform>%Ln محددًا</numerusform>
            <numerusform>%Ln محدد</numerusform>
        </translation>
    </message>
    <message>
        <source>Show ended ones</source>
        <translation>إظهار المنتهية</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>تحديد الكل</translation>
    </message>
    <message>
        <source>Select none</source>
        <translation>إلغاء التحديد</translation>
    </message>
    <message>
        <source>Stop…</source>
        <translation>إيقاف…</translation>
    </message>
</context>
<context>
    <name>LimitsTab</name>
    <message>
        <source>Always start with Latchkey</source>
        <translation>التشغيل دائمًا عبر Latchkey</translation>
    </message>
    <message>
        <source>The desktop&apos;s own menu starts it protected too. You can switch this back at any time.</source>
        <translation>ستشغّله قائمة سطح المكتب محميًا أيضًا. يمكنك التراجع عن ذلك في أي وقت.</translation>
    </message>
    <message>
        <source>See the names in your home</source>
        <translation>رؤية الأسماء في مجلدك الشخصي</translation>
    </message>
    <message>
        <source>Use the graphics processor</source>
        <translation>استخدام معالج الرسوميات</translation>
    </message>
    <message>
        <source>For games and video. It talks to the graphics driver directly.</source>
        <translation>للألعاب والفيديو. يتخاطب مباشرة مع مشغّل الرسوميات.</translation>
    </message>
    <message>
        <source>Protect its own parts from each other</source>
        <translation>حماية أجزائه بعضها من بعض</translation>
    </message>
    <message>
        <source>Share your whole screen</source>
        <translation>مشاركة شاشتك كلها</translation>
    </message>
    <message>
        <source>Memory at most</source>
        <translation>الذاكرة كحد أقصى</translation>
    </message>
    <message>
        <source>MB</source>
        <translation>م.ب</translation>
    </message>
    <message>
        <source>Programs at once at most</source>
        <translation>البرامج المتزامنة كحد أقصى</translation>
    </message>
    <message>
        <source>It can list what lies in your home, and open nothing of it.</source>
        <translation>يستطيع سرد ما في مجلدك الشخصي دون أن يفتح منه شيئًا.</translation>
    </message>
    <message>
        <source>Web browsers need this to keep pages apart. The app gets more of the system&apos;s machinery for it, from its next start on.</source>
        <translation>تحتاجه متصفحات الويب لفصل الصفحات بعضها عن بعض. يحصل التطبيق لذلك على المزيد من آليات النظام بدءًا من تشغيله التالي.</translation>
    </message>
    <message>
        <source>It can see and control everything on your screen, including these questions. From its next start on.</source>
        <translation>يستطيع رؤية كل ما على شاشتك والتحكم فيه، بما في ذلك هذه الأسئلة. بدءًا من تشغيله التالي.</translation>
    </message>
    <message>
        <source>Processor time at most</source>
        <translation>أقصى وقت للمعالج</translation>
    </message>
    <message>
        <source>% of one core</source>
        <translation>٪ من نواة واحدة</translation>
    </message>
    <message>
        <source>Over the network, a second at most</source>
        <translation>عبر الشبكة في الثانية على الأكثر</translation>
    </message>
    <message>
        <source>kB</source>
        <translation>ك.ب</translation>
    </message>
    <message>
        <source>Over the network, a day at most; then it has none until the next day</source>
        <translation>عبر الشبكة في اليوم على الأكثر؛ وبعدها لا شبكة له حتى اليوم التالي</translation>
    </message>
</context>
<context>
    <name>MachineCard</name>
    <message>
        <source>It may use: %1</source>
        <translation>يجوز له استخدام: %1</translation>
    </message>
    <message>
        <source>Nothing is shared</source>
        <translation>لا شيء مُشارَك</translation>
    </message>
    <message>
        <source>Your name for this machine</source>
        <translation>اسمك أنت لهذا الجهاز</translation>
    </message>
    <message>
        <source>What to do…</source>
        <translation>ما العمل…</translation>
    </message>
    <message>
        <source>Connecting…</source>
        <translation>جارٍ الاتصال…</translation>
    </message>
    <message>
        <source>Connect now</source>
        <translation>الاتصال الآن</translation>
    </message>
    <message>
        <source>More about %1</source>
        <translation>المزيد عن %1</translation>
    </message>
    <message>
        <source>New: it offers you %1</source>
        <translation>جديد: يعرض عليك %1</translation>
    </message>
    <message>
        <source>You may use: %1</source>
        <translation>يجوز لك استخدام: %1</translation>
    </message>
    <message>
        <source>Look at it…</source>
        <translation>عرض…</translation>
    </message>
</context>
<context>
    <name>MachineFacts</name>
    <message>
        <source>It calls itself:</source>
        <translation>يسمّي نفسه:</translation>
    </message>
    <message>
        <source>Added</source>
        <translation>أُضيف</translation>
    </message>
    <message>
        <source>Last connected</source>
        <translation>آخر اتصال</translation>
    </message>
    <message>
        <source>Known by</source>
        <translation>يُعرف بـ</translation>
    </message>
    <message>
        <source>This is made from its key. No other machine can have it, whatever it calls itself.</source>
        <translation>هذا مشتق من مفتاحه. لا يمكن لجهاز آخر أن يملكه، مهما سمّى نفسه.</translation>
    </message>
</context>
<context>
    <name>MachineMenu</name>
    <message>
        <source>Show all about it</source>
        <translation>عرض كل شيء عنه</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>إعادة التسمية</translation>
    </message>
    <message>
        <source>Connect now</source>
        <translation>الاتصال الآن</translation>
    </message>
    <message>
        <source>Unblock</source>
        <translation>رفع الحظر</translation>
    </message>
    <message>
        <source>Block…</source>
        <translation>حظر…</translation>
    </message>
    <message>
        <source>Forget…</source>
        <translation>نسيان…</translation>
    </message>
    <message>
        <source>Share something…</source>
        <translation>مشاركة شيء…</translation>
    </message>
</context>
<context>
    <name>MachinePage</name>
    <message>
        <source>Back</source>
        <translation>رجوع</translation>
    </message>
    <message>
        <source>Your name for this machine</source>
        <translation>اسمك أنت لهذا الجهاز</translation>
    </message>
    <message>
        <source>Connecting…</source>
        <translation>جارٍ الاتصال…</translation>
    </message>
    <message>
        <source>Connect now</source>
        <translation>الاتصال الآن</translation>
    </message>
    <message>
        <source>More about %1</source>
        <translation>المزيد عن %1</translation>
    </message>
    <message>
        <source>Ways to it</source>
        <translation>الطرق إليه</translation>
    </message>
    <message>
        <source>About it</source>
        <translation>عنه</translation>
    </message>
    <message>
        <source>It may use</source>
        <translation>يجوز له استخدام</translation>
    </message>
    <message>
        <source>It may use nothing of yours</source>
        <translation>لا يجوز له استخدام شيء لك</translation>
    </message>
    <message>
        <source>What you share with it appears here, and can be taken back here at any time.</source>
        <translation>ما تشاركه معه يظهر هنا، ويمكن سحبه هنا في أي وقت.</translation>
    </message>
    <message>
        <source>Share something…</source>
        <translation>مشاركة شيء…</translation>
    </message>
    <message numerus="yes">
        <source>You may use (%Ln new)</source>
        <translation>
            <numerusform>يجوز لك استخدام (لا جديد)</numerusform>
            <numerusform>يجوز لك استخدام (جديد واحد)</numerusform>
            <numerusform>يجوز لك استخدام (جديدان)</numerusform>
            <numerusform>يجوز لك استخدام (%Ln جديدة)</numerusform>
            <numerusform>يجوز لك استخدام (%Ln جديدًا)</numerusform>
            <numerusform>يجوز لك استخدام (%Ln جديد)</numerusform>
        </translation>
    </message>
    <message>
        <source>You may use</source>
        <translation>يجوز لك استخدام</translation>
    </message>
    <message>
        <source>Ask for…</source>
        <translation>اطلب…</translation>
    </message>
</context>
<context>
    <name>Machines</name>
    <message>
        <source>Offline since %1</source>
        <translation>غير متصل منذ %1</translation>
    </message>
    <message>
        <source>Not connected yet</source>
        <translation>لم يتصل بعد</translation>
    </message>
    <message>
        <source>Connecting…</source>
        <translation>جارٍ الاتصال…</translation>
    </message>
    <message>
        <source>Connected</source>
        <translation>متصل</translation>
    </message>
    <message>
        <source>It does not know this machine any more</source>
        <translation>لم يعد يعرف هذا الجهاز</translation>
    </message>
    <message>
        <source>Another machine answers in its place</source>
        <translation>جهاز آخر يجيب في مكانه</translation>
    </message>
    <message>
        <source>Its Latchkey is too old</source>
        <translation>نسخة Latchkey عليه قديمة جدًا</translation>
    </message>
    <message>
        <source>Blocked by you</source>
        <translation>حظرتَه أنت</translation>
    </message>
    <message>
        <source>There this machine was forgotten or blocked. Nothing is shared in either direction. Ask its person; to begin anew, forget it here and add it again.</source>
        <translation>نُسي هذا الجهاز هناك أو حُظر. لا شيء مُشارَك في أي من الاتجاهين. اسأل صاحبه؛ وللبدء من جديد انسَه هنا وأضفه مرة أخرى.</translation>
    </message>
    <message>
        <source>Where %1 was, something answers that cannot prove to be %1. It was not let in and sees nothing of yours. Mostly the machine was set up anew. Ask its person, not over this connection. If it was: forget it here and add it again.</source>
        <translation>حيث كان %1 يجيب شيء لا يستطيع إثبات أنه %1. لم يُسمح له بالدخول ولا يرى شيئًا لك. في الغالب أُعيد إعداد الجهاز. اسأل صاحبه، لا عبر هذا الاتصال. فإن كان كذلك: انسَه هنا وأضفه من جديد.</translation>
    </message>
    <message>
        <source>It speaks an older version than this machine can, or than it did before, so it was not let in. Latchkey has to be updated there; then try again.</source>
        <translation>يتحدث نسخة أقدم مما يستطيعه هذا الجهاز أو مما كان يتحدث به من قبل، فلم يُسمح له بالدخول. يجب تحديث Latchkey هناك، ثم أعد المحاولة.</translation>
    </message>
    <message>
        <source>It is not let in and nothing is shared with it. What was shared before does not come back by itself.</source>
        <translation>لا يُسمح له بالدخول ولا شيء مُشارَك معه. ما كان مُشارَكًا من قبل لا يعود من تلقاء نفسه.</translation>
    </message>
    <message>
        <source>last by %1</source>
        <comment>a way to a machine</comment>
        <translation>آخر مرة عبر %1</translation>
    </message>
    <message>
        <source>%1 · %2 ms</source>
        <translation>%1 · %2 م.ث</translation>
    </message>
    <message>
        <source>you typed it</source>
        <translation>كتبته بنفسك</translation>
    </message>
    <message>
        <source>from the invitation</source>
        <translation>من الدعوة</translation>
    </message>
    <message>
        <source>it came from there</source>
        <translation>جاء من هناك</translation>
    </message>
    <message>
        <source>found nearby</source>
        <translation>عُثر عليه قريبًا</translation>
    </message>
    <message>
        <source>not tried yet</source>
        <translation>لم يُجرَّب بعد</translation>
    </message>
    <message>
        <source>worked: %1</source>
        <comment>a moment</comment>
        <translation>نجح: %1</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>a moment, what went wrong</comment>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>, </source>
        <comment>between names of a list</comment>
        <translation>، </translation>
    </message>
    <message numerus="yes">
        <source>%1 and %Ln more</source>
        <comment>names</comment>
        <translation>
            <numerusform>%1</numerusform>
            <numerusform>%1 وواحد آخر</numerusform>
            <numerusform>%1 واثنان آخران</numerusform>
            <numerusform>%1 و%Ln أخرى</numerusform>
            <numerusform>%1 و%Ln أخرى</numerusform>
            <numerusform>%1 و%Ln أخرى</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MachinesPage</name>
    <message>
        <source>Machines</source>
        <translation>الأجهزة</translation>
    </message>
    <message>
        <source>Find a machine</source>
        <translation>البحث عن جهاز</translation>
    </message>
    <message>
        <source>Add a machine…</source>
        <translation>إضافة جهاز…</translation>
    </message>
    <message>
        <source>Not yet</source>
        <translation>ليس بعد</translation>
    </message>
    <message>
        <source>No other machine</source>
        <translation>لا جهاز آخر</translation>
    </message>
    <message>
        <source>Add a machine of yours or of somebody you know. You can then share single things with it, and take each back at any time.</source>
        <translation>أضف جهازًا لك أو لشخص تعرفه. عندها يمكنك مشاركة أشياء مفردة معه وسحب كل منها في أي وقت.</translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>لم يُعثر على شيء</translation>
    </message>
</context>
<context>
    <name>NameRow</name>
    <message>
        <source>Name</source>
        <translation>الاسم</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>الملفات</translation>
    </message>
    <message>
        <source>Name of the file</source>
        <translation>اسم الملف</translation>
    </message>
</context>
<context>
    <name>NetworkWords</name>
    <message>
        <source>web page</source>
        <translation>صفحة ويب</translation>
    </message>
    <message>
        <source>web page, encrypted</source>
        <translation>صفحة ويب مشفرة</translation>
    </message>
    <message>
        <source>mail</source>
        <translation>بريد</translation>
    </message>
    <message>
        <source>remote terminal</source>
        <translation>طرفية بعيدة</translation>
    </message>
    <message>
        <source>look-up of names</source>
        <translation>البحث عن الأسماء</translation>
    </message>
    <message>
        <source>files</source>
        <translation>ملفات</translation>
    </message>
    <message>
        <source>time</source>
        <translation>الوقت</translation>
    </message>
    <message>
        <source>file sharing</source>
        <translation>مشاركة الملفات</translation>
    </message>
    <message>
        <source>printing</source>
        <translation>الطباعة</translation>
    </message>
    <message>
        <source>database</source>
        <translation>قاعدة بيانات</translation>
    </message>
    <message>
        <source>chat</source>
        <translation>محادثة</translation>
    </message>
    <message>
        <source>source code</source>
        <translation>شيفرة مصدرية</translation>
    </message>
    <message>
        <source>whether it is there (ping)</source>
        <translation>هل هو موجود (ping)</translation>
    </message>
    <message>
        <source>a look-up of more than its address</source>
        <translation>بحث عن أكثر من عنوانه</translation>
    </message>
    <message>
        <source>every port</source>
        <translation>كل المنافذ</translation>
    </message>
    <message>
        <source>ports %1</source>
        <translation>المنافذ %1</translation>
    </message>
    <message>
        <source>port %1</source>
        <translation>المنفذ %1</translation>
    </message>
    <message>
        <source>%1, UDP</source>
        <comment>a port</comment>
        <translation>%1، UDP</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <comment>a service, its port</comment>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>the Internet</source>
        <translation>الإنترنت</translation>
    </message>
    <message>
        <source>your local network</source>
        <translation>شبكتك المحلية</translation>
    </message>
    <message>
        <source>every network</source>
        <translation>كل الشبكات</translation>
    </message>
    <message>
        <source>%1 and all below it</source>
        <translation>%1 وكل ما تحته</translation>
    </message>
    <message>
        <source>not your local network</source>
        <translation>ليس شبكتك المحلية</translation>
    </message>
    <message>
        <source>not the Internet</source>
        <translation>ليس الإنترنت</translation>
    </message>
    <message>
        <source>the Internet and your local network</source>
        <translation>الإنترنت وشبكتك المحلية</translation>
    </message>
    <message>
        <source>in your local network · %1</source>
        <translation>في شبكتك المحلية · %1</translation>
    </message>
    <message>
        <source>%1, port %2</source>
        <comment>a computer&apos;s name, a number</comment>
        <translation>%1، المنفذ %2</translation>
    </message>
    <message>
        <source>what it offers on port %1</source>
        <translation>ما يعرضه على المنفذ %1</translation>
    </message>
    <message>
        <source>for this computer only</source>
        <translation>لهذا الحاسوب فقط</translation>
    </message>
    <message>
        <source>for your local network</source>
        <translation>لشبكتك المحلية</translation>
    </message>
    <message>
        <source>at the address %1</source>
        <translation>على العنوان %1</translation>
    </message>
    <message>
        <source>wants to reach a device in your local network</source>
        <translation>يريد الوصول إلى جهاز في شبكتك المحلية</translation>
    </message>
    <message>
        <source>wants to reach a service of this computer</source>
        <translation>يريد الوصول إلى خدمة على هذا الحاسوب</translation>
    </message>
    <message>
        <source>wants to look up</source>
        <translation>يريد البحث عن</translation>
    </message>
    <message>
        <source>wants to connect to</source>
        <translation>يريد الاتصال بـ</translation>
    </message>
    <message>
        <source>this name leads to %1</source>
        <translation>هذا الاسم يؤدي إلى %1</translation>
    </message>
    <message>
        <source>it gave no name</source>
        <translation>لم يذكر اسمًا</translation>
    </message>
    <message>
        <source>%1, this port only</source>
        <translation>%1، هذا المنفذ فقط</translation>
    </message>
    <message>
        <source>%1, every port</source>
        <translation>%1، كل المنافذ</translation>
    </message>
    <message>
        <source>the Internet, not your local network</source>
        <translation>الإنترنت دون شبكتك المحلية</translation>
    </message>
    <message>
        <source>waits for you</source>
        <translation>ينتظرك</translation>
    </message>
    <message>
        <source>is being connected</source>
        <translation>يجري الاتصال</translation>
    </message>
    <message>
        <source>%1 in, %2 out</source>
        <translation>%1 واردة، %2 صادرة</translation>
    </message>
    <message>
        <source>since %1 · %2</source>
        <comment>a time, amounts</comment>
        <translation>منذ %1 · %2</translation>
    </message>
    <message>
        <source>ended</source>
        <translation>انتهى</translation>
    </message>
    <message>
        <source>%1 %2 · %3</source>
        <comment>how it ended, when, amounts</comment>
        <translation>%1 %2 · %3</translation>
    </message>
    <message>
        <source>finished</source>
        <translation>اكتمل</translation>
    </message>
    <message>
        <source>ended by you</source>
        <translation>أنهيته أنت</translation>
    </message>
    <message>
        <source>paused by you</source>
        <translation>أوقفته أنت مؤقتًا</translation>
    </message>
    <message>
        <source>its permission was over</source>
        <translation>انتهى الإذن</translation>
    </message>
    <message>
        <source>its time was over</source>
        <translation>انتهت المدة</translation>
    </message>
    <message>
        <source>its allowance was used up</source>
        <translation>استُهلكت الكمية المسموح بها</translation>
    </message>
    <message>
        <source>the network was switched off</source>
        <translation>أُطفئت الشبكة</translation>
    </message>
    <message>
        <source>not allowed</source>
        <translation>غير مسموح</translation>
    </message>
    <message>
        <source>no such name</source>
        <translation>لا يوجد اسم كهذا</translation>
    </message>
    <message>
        <source>not reachable</source>
        <translation>لا يمكن الوصول إليه</translation>
    </message>
    <message>
        <source>no answer</source>
        <translation>لا جواب</translation>
    </message>
    <message>
        <source>refused by the other side</source>
        <translation>رفضه الطرف الآخر</translation>
    </message>
    <message>
        <source>broken off by the app</source>
        <translation>قطعه التطبيق</translation>
    </message>
    <message>
        <source>broken off by the other side</source>
        <translation>قطعه الطرف الآخر</translation>
    </message>
    <message>
        <source>given up by the app</source>
        <translation>تخلى عنه التطبيق</translation>
    </message>
    <message>
        <source>nothing listens inside</source>
        <translation>لا شيء ينصت في الداخل</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>فشل</translation>
    </message>
    <message>
        <source>it answers for names: what the app then connects to, it asks about without a name</source>
        <translation>يجيب عن الأسماء: ما يتصل به التطبيق بعد ذلك يسأل عنه بلا اسم</translation>
    </message>
    <message>
        <source>%1 · it answers for names: what comes then is asked about without one</source>
        <comment>a port</comment>
        <translation>%1 · يجيب عن الأسماء: وما يأتي بعد ذلك يُسأل عنه بلا اسم</translation>
    </message>
    <message>
        <source>%1; it is told who comes</source>
        <comment>%1: whom a port is offered to</comment>
        <translation>%1؛ ويُعلَم التطبيق بمن يأتي</translation>
    </message>
    <message>
        <source>port %1 of this computer</source>
        <translation>المنفذ %1 لهذا الحاسوب</translation>
    </message>
    <message>
        <source>port %1 of %2</source>
        <translation>المنفذ %1 لـ %2</translation>
    </message>
    <message>
        <source>found at %1 and localhost, port %2</source>
        <translation>يوجد عند %1 وعند localhost، المنفذ %2</translation>
    </message>
    <message>
        <source>offered as %1</source>
        <translation>معروض باسم %1</translation>
    </message>
    <message>
        <source>Service</source>
        <translation>خدمة</translation>
    </message>
</context>
<context>
    <name>NeverRow</name>
    <message>
        <source>Take back</source>
        <translation>تراجع</translation>
    </message>
</context>
<context>
    <name>NeversSheet</name>
    <message>
        <source>What you never allow</source>
        <translation>ما لا تسمح به أبدًا</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>إغلاق</translation>
    </message>
</context>
<context>
    <name>NewFolderSheet</name>
    <message>
        <source>New folder</source>
        <translation>مجلد جديد</translation>
    </message>
    <message>
        <source>Name of the folder</source>
        <translation>اسم المجلد</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>إلغاء</translation>
    </message>
    <message>
        <source>Make it</source>
        <translation>إنشاء</translation>
    </message>
</context>
<context>
    <name>NumberRow</name>
    <message>
        <source>no limit</source>
        <translation>بلا حد</translation>
    </message>
</context>
<context>
    <name>OfferCard</name>
    <message>
        <source>(no name)</source>
        <translation>(بلا اسم)</translation>
    </message>
    <message>
        <source>It comes by way of %1</source>
        <translation>يأتي عبر %1</translation>
    </message>
    <message>
        <source>Enter uses it, Delete declines it</source>
        <translation>مفتاح الإدخال يستخدمه، ومفتاح الحذف يرفضه</translation>
    </message>
    <message>
        <source>Enter gives it to an app, Delete gives it back</source>
        <translation>مفتاح الإدخال يعطيه لتطبيق، ومفتاح الحذف يعيده</translation>
    </message>
    <message>
        <source>“%1”</source>
        <translation>«%1»</translation>
    </message>
    <message>
        <source>%1 calls it:</source>
        <translation>يسميه %1:</translation>
    </message>
    <message>
        <source>By way of: %1</source>
        <translation>عبر: %1</translation>
    </message>
    <message numerus="yes">
        <source>and %Ln more</source>
        <translation>
            <numerusform>ولا شيء غيرها</numerusform>
            <numerusform>وواحد آخر</numerusform>
            <numerusform>واثنان آخران</numerusform>
            <numerusform>و%Ln أخرى</numerusform>
            <numerusform>و%Ln أخرى</numerusform>
            <numerusform>و%Ln أخرى</numerusform>
        </translation>
    </message>
    <message>
        <source>Use it…</source>
        <translation>استخدامه…</translation>
    </message>
    <message>
        <source>Use it in another app…</source>
        <translation>استخدامه في تطبيق آخر…</translation>
    </message>
    <message>
        <source>No thanks</source>
        <translation>لا، شكرًا</translation>
    </message>
    <message>
        <source>Pass it on…</source>
        <translation>تمريره إلى غيره…</translation>
    </message>
    <message>
        <source>Give it back…</source>
        <translation>إعادته…</translation>
    </message>
    <message>
        <source>Enter shows it or gives it to an app, Delete gives it back</source>
        <translation>مفتاح الإدخال يعرضه أو يعطيه لتطبيق، ومفتاح الحذف يعيده</translation>
    </message>
    <message>
        <source>You find it at %1</source>
        <translation>تجده في %1</translation>
    </message>
    <message>
        <source>Show it</source>
        <translation>عرضه</translation>
    </message>
    <message>
        <source>Give it to an app…</source>
        <translation>إعطاؤه لتطبيق…</translation>
    </message>
    <message>
        <source>Enter accepts it, Delete declines it</source>
        <translation>يقبله مفتاح الإدخال ويرفضه مفتاح الحذف</translation>
    </message>
    <message>
        <source>Enter starts it there, Delete gives it back</source>
        <translation>يشغّله مفتاح الإدخال هناك ويعيده مفتاح الحذف</translation>
    </message>
    <message>
        <source>Enter stops it there, Delete gives it back</source>
        <translation>يوقفه مفتاح الإدخال هناك ويعيده مفتاح الحذف</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>قبول</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>تشغيل</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>إيقاف</translation>
    </message>
</context>
<context>
    <name>OfferMenu</name>
    <message>
        <source>Use it…</source>
        <translation>استخدامه…</translation>
    </message>
    <message>
        <source>Use it in another app…</source>
        <translation>استخدامه في تطبيق آخر…</translation>
    </message>
    <message>
        <source>No thanks</source>
        <translation>لا، شكرًا</translation>
    </message>
    <message>
        <source>Pass it on…</source>
        <translation>تمريره إلى غيره…</translation>
    </message>
    <message>
        <source>Give it back…</source>
        <translation>إعادته…</translation>
    </message>
    <message>
        <source>Stop %1 using it…</source>
        <translation>منع %1 من استخدامه…</translation>
    </message>
    <message>
        <source>Show it</source>
        <translation>عرضه</translation>
    </message>
    <message>
        <source>Give it to an app…</source>
        <translation>إعطاؤه لتطبيق…</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>قبول</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>تشغيل</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>إيقاف</translation>
    </message>
</context>
<context>
    <name>OfferUserRow</name>
    <message numerus="yes">
        <source>%Ln open</source>
        <comment>connections</comment>
        <translation>
            <numerusform>لا شيء مفتوح</numerusform>
            <numerusform>واحد مفتوح</numerusform>
            <numerusform>اثنان مفتوحان</numerusform>
            <numerusform>%Ln مفتوحة</numerusform>
            <numerusform>%Ln مفتوحًا</numerusform>
            <numerusform>%Ln مفتوح</numerusform>
        </translation>
    </message>
    <message>
        <source>Stop…</source>
        <translation>إيقاف…</translation>
    </message>
</context>
<context>
    <name>OffersList</name>
    <message>
        <source>What it offers</source>
        <translation>ما يعرضه</translation>
    </message>
    <message>
        <source>It offers you nothing</source>
        <translation>لا يعرض عليك شيئًا</translation>
    </message>
    <message>
        <source>What its person shares with you appears here. Nothing of it is used until you say in which app.</source>
        <translation>ما يشاركه صاحبه معك يظهر هنا. ولا يُستخدم شيء منه حتى تقول في أي تطبيق.</translation>
    </message>
</context>
<context>
    <name>OpenFileRow</name>
    <message>
        <source>Stop this file</source>
        <translation>أوقف هذا الملف</translation>
    </message>
</context>
<context>
    <name>OpenFilesSheet</name>
    <message>
        <source>Open now</source>
        <translation>مفتوح الآن</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>إغلاق</translation>
    </message>
</context>
<context>
    <name>OpenerCard</name>
    <message>
        <source>Counts in a moment</source>
        <translation>يسري بعد لحظة</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <comment>an app&apos;s name, what it wants</comment>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>Apps that can open it</source>
        <translation>تطبيقات يمكنها فتحه</translation>
    </message>
    <message>
        <source>No app that can open it.</source>
        <translation>لا تطبيق يمكنه فتحه.</translation>
    </message>
    <message>
        <source>Other apps…</source>
        <translation>تطبيقات أخرى…</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>إلغاء</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>فتح</translation>
    </message>
</context>
<context>
    <name>OpenerWindow</name>
    <message>
        <source>%1 asks</source>
        <translation>%1 يسأل</translation>
    </message>
</context>
<context>
    <name>OverwriteSheet</name>
    <message>
        <source>Replace %1?</source>
        <translation>استبدال %1؟</translation>
    </message>
    <message>
        <source>There is a file of this name. What is in it now would be lost.</source>
        <translation>يوجد ملف بهذا الاسم. سيُفقد ما فيه الآن.</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>إبقاؤه</translation>
    </message>
    <message>
        <source>Replace</source>
        <translation>استبدال</translation>
    </message>
</context>
<context>
    <name>PackageWords</name>
    <message>
        <source>make protected rooms of its own inside, as browsers do</source>
        <translation>إنشاء غرف محمية خاصة به في داخله كما تفعل المتصفحات</translation>
    </message>
    <message>
        <source>draw with the graphics processor</source>
        <translation>الرسم بمعالج الرسوميات</translation>
    </message>
    <message>
        <source>have a screen of the older kind; it gets its own</source>
        <translation>الحصول على شاشة من النوع القديم؛ تُعطى له شاشة خاصة</translation>
    </message>
    <message>
        <source>have the ability %1</source>
        <translation>الحصول على القدرة %1</translation>
    </message>
    <message>
        <source>use %1 of memory at most</source>
        <translation>استخدام %1 من الذاكرة على الأكثر</translation>
    </message>
    <message numerus="yes">
        <source>run %Ln process(es) at most</source>
        <translation>
            <numerusform>عدم تشغيل أي عملية</numerusform>
            <numerusform>تشغيل عملية واحدة على الأكثر</numerusform>
            <numerusform>تشغيل عمليتين على الأكثر</numerusform>
            <numerusform>تشغيل %Ln عمليات على الأكثر</numerusform>
            <numerusform>تشغيل %Ln عملية على الأكثر</numerusform>
            <numerusform>تشغيل %Ln عملية على الأكثر</numerusform>
        </translation>
    </message>
    <message>
        <source>use %L1 % of one processor at most</source>
        <translation>استخدام %L1 ٪ من معالج واحد على الأكثر</translation>
    </message>
    <message>
        <source>keep to the limit %1</source>
        <translation>الالتزام بالحد %1</translation>
    </message>
    <message>
        <source>open and change the file %1</source>
        <translation>فتح الملف %1 وتغييره</translation>
    </message>
    <message>
        <source>open the file %1</source>
        <translation>فتح الملف %1</translation>
    </message>
    <message>
        <source>see and change everything in %1</source>
        <translation>رؤية كل ما في %1 وتغييره</translation>
    </message>
    <message>
        <source>see everything in %1</source>
        <translation>رؤية كل ما في %1</translation>
    </message>
    <message>
        <source>connect with %1</source>
        <translation>الاتصال مع %1</translation>
    </message>
    <message>
        <source>be reached by others at %1</source>
        <translation>أن يصل إليه الآخرون عند %1</translation>
    </message>
    <message>
        <source>use the service %1</source>
        <translation>استخدام الخدمة %1</translation>
    </message>
    <message>
        <source>use of the desktop: %1</source>
        <translation>استخدام من سطح المكتب: %1</translation>
    </message>
    <message>
        <source>use the device %1</source>
        <translation>استخدام الجهاز %1</translation>
    </message>
    <message>
        <source>use the app %1</source>
        <translation>استخدام التطبيق %1</translation>
    </message>
    <message>
        <source>see the window %1</source>
        <translation>رؤية النافذة %1</translation>
    </message>
    <message>
        <source>be given another app as %1</source>
        <translation>أن يُعطى تطبيقًا آخر بصفة %1</translation>
    </message>
    <message>
        <source>New</source>
        <translation>جديد</translation>
    </message>
    <message>
        <source>More than before, when it was to %1</source>
        <translation>أكثر مما سبق، حين كان: %1</translation>
    </message>
    <message>
        <source>Less than before, when it was to %1</source>
        <translation>أقل مما سبق، حين كان: %1</translation>
    </message>
    <message>
        <source>Not any more</source>
        <translation>لم يعد</translation>
    </message>
    <message>
        <source>Signed by the key %1, as before.</source>
        <translation>موقّع بالمفتاح %1 كما في السابق.</translation>
    </message>
    <message>
        <source>Signed by the key %1, and not by %2 as before.</source>
        <translation>موقّع بالمفتاح %1 وليس بـ %2 كما في السابق.</translation>
    </message>
    <message>
        <source>Signed by the key %1, seen for the first time. Whose it is, nothing here says.</source>
        <translation>موقّع بالمفتاح %1 الذي يُرى لأول مرة. لا شيء هنا يقول لمن هو.</translation>
    </message>
    <message>
        <source>Signed by the key %1, which also signed %2.</source>
        <translation>موقّع بالمفتاح %1 الذي وقّع أيضًا %2.</translation>
    </message>
    <message>
        <source>%1, of which %2 are not here yet</source>
        <translation>%1، منها %2 ليست هنا بعد</translation>
    </message>
    <message>
        <source>New here</source>
        <translation>جديد هنا</translation>
    </message>
    <message>
        <source>Comes in the place of %1</source>
        <translation>يحل محل %1</translation>
    </message>
    <message>
        <source>This very version is installed</source>
        <translation>هذا الإصدار نفسه مثبت</translation>
    </message>
    <message>
        <source>Not newer than %1, which is installed</source>
        <translation>ليس أحدث من %1 المثبت</translation>
    </message>
    <message numerus="yes">
        <source>%Ln more</source>
        <translation>
            <numerusform>لا مزيد</numerusform>
            <numerusform>واحد آخر</numerusform>
            <numerusform>اثنان آخران</numerusform>
            <numerusform>%Ln أخرى</numerusform>
            <numerusform>%Ln أخرى</numerusform>
            <numerusform>%Ln أخرى</numerusform>
        </translation>
    </message>
    <message>
        <source>from %1</source>
        <comment>a repository</comment>
        <translation>من %1</translation>
    </message>
    <message>
        <source>version %1</source>
        <translation>الإصدار %1</translation>
    </message>
    <message>
        <source>Signed by the key %1, of which nothing is here yet</source>
        <translation>موقّع بالمفتاح %1، ولا شيء منه هنا بعد</translation>
    </message>
    <message>
        <source>Signed by the key %1, as %2 is</source>
        <translation>موقّع بالمفتاح %1، مثل %2</translation>
    </message>
    <message numerus="yes">
        <source>%Ln app(s)</source>
        <translation>
            <numerusform>لا تطبيقات</numerusform>
            <numerusform>تطبيق واحد</numerusform>
            <numerusform>تطبيقان</numerusform>
            <numerusform>%Ln تطبيقات</numerusform>
            <numerusform>%Ln تطبيقًا</numerusform>
            <numerusform>%Ln تطبيق</numerusform>
        </translation>
    </message>
    <message>
        <source>reached: %1</source>
        <comment>a moment</comment>
        <translation>آخر وصول: %1</translation>
    </message>
    <message>
        <source>good until %1</source>
        <comment>a day</comment>
        <translation>صالح حتى %1</translation>
    </message>
    <message>
        <source>%1 could not be reached: %2</source>
        <comment>a repository; a reason</comment>
        <translation>تعذر الوصول إلى %1: %2</translation>
    </message>
    <message>
        <source>%1 could not be reached since %2: %3</source>
        <comment>a repository; a moment; a reason</comment>
        <translation>تعذر الوصول إلى %1 منذ %2: %3</translation>
    </message>
</context>
<context>
    <name>PanicSheet</name>
    <message>
        <source>Stop everything?</source>
        <translation>أتريد إيقاف كل شيء؟</translation>
    </message>
    <message>
        <source>All network off</source>
        <translation>إيقاف الشبكة كلها</translation>
    </message>
    <message>
        <source>Stop all apps</source>
        <translation>إيقاف كل التطبيقات</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>إلغاء</translation>
    </message>
    <message>
        <source>The network is off already.</source>
        <translation>الشبكة متوقفة بالفعل.</translation>
    </message>
    <message>
        <source>Without the network, apps go on: nothing they send leaves, until you turn it on again.</source>
        <translation>من دون الشبكة تستمر التطبيقات في العمل: لا يخرج شيء مما ترسله حتى تشغّلها من جديد.</translation>
    </message>
    <message>
        <source>Apps that are stopped are asked to end, and ended five seconds later. What they have not saved is lost.</source>
        <translation>يُطلب من التطبيقات التي توقفها أن تنتهي، ثم تُنهى بعد خمس ثوانٍ. وما لم تحفظه يضيع.</translation>
    </message>
</context>
<context>
    <name>PartingSheet</name>
    <message>
        <source>Keep it</source>
        <translation>إبقاؤه</translation>
    </message>
    <message>
        <source>Block</source>
        <translation>حظر</translation>
    </message>
    <message>
        <source>Forget and add again</source>
        <translation>نسيان وإضافة من جديد</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>نسيان</translation>
    </message>
    <message numerus="yes">
        <source>and %Ln more</source>
        <translation>
            <numerusform>ولا شيء آخر</numerusform>
            <numerusform>وواحد آخر</numerusform>
            <numerusform>واثنان آخران</numerusform>
            <numerusform>و%Ln أخرى</numerusform>
            <numerusform>و%Ln أخرى</numerusform>
            <numerusform>و%Ln أخرى</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PathBar</name>
    <message>
        <source>Where you are</source>
        <translation>مكانك</translation>
    </message>
    <message>
        <source>A path, as ~/Documents</source>
        <translation>مسار، مثل ‎~/Documents</translation>
    </message>
</context>
<context>
    <name>PlacesCard</name>
    <message>
        <source>Places</source>
        <translation>أماكن</translation>
    </message>
</context>
<context>
    <name>PlacesList</name>
    <message>
        <source>Places</source>
        <translation>الأماكن</translation>
    </message>
</context>
<context>
    <name>PreviewPane</name>
    <message>
        <source>Beginning of the file: %1</source>
        <translation>بداية الملف: %1</translation>
    </message>
</context>
<context>
    <name>PrivateFolderCard</name>
    <message>
        <source>Its folder as “%1”</source>
        <translation>مجلده بصفة «%1»</translation>
    </message>
    <message>
        <source>Its private folder</source>
        <translation>مجلده الخاص</translation>
    </message>
    <message>
        <source>%1 holds %2</source>
        <translation>%1 فيه %2</translation>
    </message>
    <message>
        <source>Open the folder</source>
        <translation>فتح المجلد</translation>
    </message>
    <message>
        <source>Save a copy</source>
        <translation>حفظ نسخة</translation>
    </message>
    <message>
        <source>Start afresh…</source>
        <translation>البدء من جديد…</translation>
    </message>
    <message>
        <source>It can start afresh once it is stopped.</source>
        <translation>يمكنه البدء من جديد بعد إيقافه.</translation>
    </message>
    <message>
        <source>Show it</source>
        <translation>إظهارها</translation>
    </message>
    <message>
        <source>What it had before it started afresh is still there (%1).</source>
        <translation>ما كان لديه قبل البدء من جديد لا يزال موجودًا (%1).</translation>
    </message>
    <message>
        <source>Bring it back</source>
        <translation>استرجاعه</translation>
    </message>
    <message>
        <source>Delete it for good</source>
        <translation>حذفه نهائيًا</translation>
    </message>
</context>
<context>
    <name>ProfileSheet</name>
    <message>
        <source>Start %1 with a profile of its own</source>
        <translation>تشغيل %1 بملف شخصي خاص</translation>
    </message>
    <message>
        <source>A profile has its own private folder and its own permissions, as if it were another app.</source>
        <translation>للملف الشخصي مجلده الخاص وأذوناته الخاصة، كأنه تطبيق آخر.</translation>
    </message>
    <message>
        <source>Name, such as work</source>
        <translation>الاسم، مثلًا work</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>إلغاء</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>تشغيل</translation>
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
        <translation>التفاصيل</translation>
    </message>
    <message numerus="yes">
        <source>%Ln more</source>
        <comment>questions that wait behind this one</comment>
        <translation>
            <numerusform>لا مزيد</numerusform>
            <numerusform>سؤال آخر</numerusform>
            <numerusform>سؤالان آخران</numerusform>
            <numerusform>%Ln أسئلة أخرى</numerusform>
            <numerusform>%Ln سؤالًا آخر</numerusform>
            <numerusform>%Ln سؤال آخر</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln more from %1</source>
        <translation>
            <numerusform>لا مزيد من %1</numerusform>
            <numerusform>سؤال آخر من %1</numerusform>
            <numerusform>سؤالان آخران من %1</numerusform>
            <numerusform>%Ln أسئلة أخرى من %1</numerusform>
            <numerusform>%Ln سؤالًا آخر من %1</numerusform>
            <numerusform>%Ln سؤال آخر من %1</numerusform>
        </translation>
    </message>
    <message>
        <source>Don&apos;t allow</source>
        <translation>عدم السماح</translation>
    </message>
    <message>
        <source>Allow</source>
        <translation>سماح</translation>
    </message>
    <message>
        <source>Counts in a moment</source>
        <translation>يُحتسب بعد لحظة</translation>
    </message>
</context>
<context>
    <name>PromptDetails</name>
    <message>
        <source>Whole name</source>
        <translation>الاسم الكامل</translation>
    </message>
    <message>
        <source>Asked by</source>
        <translation>طلبه</translation>
    </message>
    <message>
        <source>Asked</source>
        <translation>طلب</translation>
    </message>
    <message>
        <source>Never ask again</source>
        <translation>عدم السؤال مجددًا</translation>
    </message>
    <message>
        <source>What it may use…</source>
        <translation>ما يُسمح له باستخدامه…</translation>
    </message>
</context>
<context>
    <name>PromptWindow</name>
    <message>
        <source>%1 asks</source>
        <translation>%1 يسأل</translation>
    </message>
</context>
<context>
    <name>QuoteBox</name>
    <message>
        <source>%1 says:</source>
        <translation>يقول %1:</translation>
    </message>
    <message>
        <source>“%1”</source>
        <translation>«%1»</translation>
    </message>
</context>
<context>
    <name>Rail</name>
    <message>
        <source>Apps</source>
        <translation>التطبيقات</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>المفاتيح</translation>
    </message>
    <message>
        <source>Requests</source>
        <translation>الطلبات</translation>
    </message>
    <message>
        <source>Activity</source>
        <translation>النشاط</translation>
    </message>
    <message>
        <source>Places</source>
        <translation>الأماكن</translation>
    </message>
    <message>
        <source>Machines</source>
        <translation>الأجهزة</translation>
    </message>
</context>
<context>
    <name>RailButton</name>
    <message numerus="yes">
        <source>%1, %Ln waiting</source>
        <translation>
            <numerusform>%1، لا شيء ينتظر</numerusform>
            <numerusform>%1، واحد ينتظر</numerusform>
            <numerusform>%1، اثنان ينتظران</numerusform>
            <numerusform>%1، %Ln تنتظر</numerusform>
            <numerusform>%1، %Ln ينتظر</numerusform>
            <numerusform>%1، %Ln ينتظر</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RateGraph</name>
    <message>
        <source>At the moment: %1</source>
        <translation>في هذه اللحظة: %1</translation>
    </message>
</context>
<context>
    <name>RemoveSheet</name>
    <message>
        <source>Remove %1?</source>
        <translation>إزالة %1؟</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>إلغاء</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>إزالة</translation>
    </message>
    <message>
        <source>Delete its own files too, such as its settings</source>
        <translation>حذف ملفاته الخاصة أيضًا، مثل إعداداته</translation>
    </message>
    <message>
        <source>They cannot be brought back. Your files stay as they are.</source>
        <translation>لا يمكن استرجاعها. تبقى ملفاتك كما هي.</translation>
    </message>
    <message>
        <source>They are kept, for when it is installed again by the same author. Your files stay as they are.</source>
        <translation>تُحفظ لحين تثبيته من جديد من المؤلف نفسه. تبقى ملفاتك كما هي.</translation>
    </message>
</context>
<context>
    <name>RepositoriesSheet</name>
    <message>
        <source>Follow a repository</source>
        <translation>متابعة مستودع</translation>
    </message>
    <message>
        <source>Repositories you follow</source>
        <translation>المستودعات التي تتابعها</translation>
    </message>
    <message>
        <source>You follow no repository</source>
        <translation>لا تتابع أي مستودع</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>إلغاء</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>إغلاق</translation>
    </message>
    <message>
        <source>Follow</source>
        <translation>متابعة</translation>
    </message>
    <message>
        <source>Follow another…</source>
        <translation>متابعة آخر…</translation>
    </message>
    <message>
        <source>What they offer is found by searching in Apps. They are asked now and then what is new.</source>
        <translation>ما تعرضه يظهر عند البحث في «التطبيقات». وتُسأل بين حين وآخر عن الجديد.</translation>
    </message>
    <message>
        <source>A repository is a place with apps: an address on the Internet, or a folder. What it offers is found by searching in Apps.</source>
        <translation>المستودع مكان فيه تطبيقات: عنوان على الإنترنت أو مجلد. ما يعرضه يظهر عند البحث في «التطبيقات».</translation>
    </message>
</context>
<context>
    <name>RepositoryRow</name>
    <message>
        <source>Asking…</source>
        <translation>جارٍ السؤال…</translation>
    </message>
    <message>
        <source>Ask now</source>
        <translation>اسأل الآن</translation>
    </message>
    <message>
        <source>Stop following</source>
        <translation>إيقاف المتابعة</translation>
    </message>
</context>
<context>
    <name>RequestCard</name>
    <message>
        <source>Never ask again</source>
        <translation>عدم السؤال مجددًا</translation>
    </message>
    <message>
        <source>Don&apos;t allow</source>
        <translation>عدم السماح</translation>
    </message>
    <message>
        <source>Allow</source>
        <translation>سماح</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>اختيار…</translation>
    </message>
</context>
<context>
    <name>RequestsList</name>
    <message>
        <source>Requests</source>
        <translation>الطلبات</translation>
    </message>
    <message>
        <source>No questions</source>
        <translation>لا أسئلة</translation>
    </message>
    <message>
        <source>When an app needs something it does not have, it asks. Questions that wait and your answers appear here.</source>
        <translation>حين يحتاج تطبيق إلى ما ليس لديه، يسأل. تظهر هنا الأسئلة المنتظرة وإجاباتك.</translation>
    </message>
</context>
<context>
    <name>RequestsPage</name>
    <message>
        <source>Requests</source>
        <translation>الطلبات</translation>
    </message>
</context>
<context>
    <name>Rights</name>
    <message>
        <source>your whole screen</source>
        <translation>شاشتك كلها</translation>
    </message>
    <message>
        <source>wants to see and control everything on your screen, including these questions</source>
        <translation>يريد أن يرى كل ما على شاشتك ويتحكم به، حتى هذه الأسئلة</translation>
    </message>
    <message>
        <source>can see and control everything on your screen, including these questions</source>
        <translation>يمكنه أن يرى كل ما على شاشتك ويتحكم به، حتى هذه الأسئلة</translation>
    </message>
    <message>
        <source>protecting its own parts from each other</source>
        <translation>حماية أجزائه بعضها من بعض</translation>
    </message>
    <message>
        <source>wants to protect its own parts from each other</source>
        <translation>يريد حماية أجزائه بعضها من بعض</translation>
    </message>
    <message>
        <source>gets more of the system&apos;s machinery, as web browsers need it</source>
        <translation>يحصل على المزيد من آليات النظام، كما تحتاج المتصفحات</translation>
    </message>
    <message>
        <source>the names in your home</source>
        <translation>الأسماء في منزلك</translation>
    </message>
    <message>
        <source>wants to see the names in your home</source>
        <translation>يريد رؤية الأسماء في منزلك</translation>
    </message>
    <message>
        <source>can list what lies in your home, and open nothing of it</source>
        <translation>يمكنه سرد ما في منزلك دون فتح شيء منه</translation>
    </message>
    <message>
        <source>notifications</source>
        <translation>الإشعارات</translation>
    </message>
    <message>
        <source>wants to show you notifications</source>
        <translation>يريد أن يعرض لك إشعارات</translation>
    </message>
    <message>
        <source>can show short messages over other windows, under its own name</source>
        <translation>يمكنه عرض رسائل قصيرة فوق النوافذ الأخرى باسمه هو</translation>
    </message>
    <message>
        <source>pictures of your screen</source>
        <translation>صور شاشتك</translation>
    </message>
    <message>
        <source>wants to take a picture of your screen</source>
        <translation>يريد التقاط صورة لشاشتك</translation>
    </message>
    <message>
        <source>sees in that moment what other apps show too</source>
        <translation>يرى في تلك اللحظة ما تعرضه التطبيقات الأخرى أيضًا</translation>
    </message>
    <message>
        <source>watching your screen</source>
        <translation>مشاهدة شاشتك</translation>
    </message>
    <message>
        <source>wants to watch your screen</source>
        <translation>يريد مشاهدة شاشتك</translation>
    </message>
    <message>
        <source>sees what you pick of your screen, all the time, as in a video call</source>
        <translation>يرى ما تختاره من شاشتك طوال الوقت، كما في مكالمة مرئية</translation>
    </message>
    <message>
        <source>the camera</source>
        <translation>الكاميرا</translation>
    </message>
    <message>
        <source>wants to use the camera</source>
        <translation>يريد استخدام الكاميرا</translation>
    </message>
    <message>
        <source>can see what is in front of the camera</source>
        <translation>يمكنه رؤية ما أمام الكاميرا</translation>
    </message>
    <message>
        <source>the microphone</source>
        <translation>الميكروفون</translation>
    </message>
    <message>
        <source>wants to use the microphone</source>
        <translation>يريد استخدام الميكروفون</translation>
    </message>
    <message>
        <source>can hear what is said around this computer</source>
        <translation>يمكنه سماع ما يقال حول هذا الحاسوب</translation>
    </message>
    <message>
        <source>your location</source>
        <translation>موقعك</translation>
    </message>
    <message>
        <source>wants to know where you are</source>
        <translation>يريد معرفة مكانك</translation>
    </message>
    <message>
        <source>learns where this computer is, and when it moves</source>
        <translation>يعرف مكان هذا الحاسوب ومتى ينتقل</translation>
    </message>
    <message>
        <source>running in the background</source>
        <translation>العمل في الخلفية</translation>
    </message>
    <message>
        <source>wants to run in the background</source>
        <translation>يريد العمل في الخلفية</translation>
    </message>
    <message>
        <source>can go on without a window, and start when you log in</source>
        <translation>يمكنه الاستمرار دون نافذة، والبدء عند دخولك</translation>
    </message>
    <message>
        <source>your name and picture</source>
        <translation>اسمك وصورتك</translation>
    </message>
    <message>
        <source>wants to know your name and picture</source>
        <translation>يريد معرفة اسمك وصورتك</translation>
    </message>
    <message>
        <source>learns your name on this computer, your full name and the picture of your account</source>
        <translation>يعرف اسمك على هذا الحاسوب واسمك الكامل وصورة حسابك</translation>
    </message>
    <message>
        <source>the wallpaper</source>
        <translation>خلفية الشاشة</translation>
    </message>
    <message>
        <source>wants to change the wallpaper</source>
        <translation>يريد تغيير خلفية الشاشة</translation>
    </message>
    <message>
        <source>can change the picture behind your windows</source>
        <translation>يمكنه تغيير الصورة خلف نوافذك</translation>
    </message>
    <message>
        <source>printing</source>
        <translation>الطباعة</translation>
    </message>
    <message>
        <source>wants to print</source>
        <translation>يريد الطباعة</translation>
    </message>
    <message>
        <source>can send pages to a printer; you choose which one</source>
        <translation>يمكنه إرسال صفحات إلى طابعة؛ أنت تختار أيها</translation>
    </message>
    <message>
        <source>writing e-mails</source>
        <translation>كتابة الرسائل</translation>
    </message>
    <message>
        <source>wants to begin an e-mail</source>
        <translation>يريد بدء رسالة بريد</translation>
    </message>
    <message>
        <source>can fill in a new message in your mail program; you send it or do not</source>
        <translation>يمكنه ملء رسالة جديدة في برنامج بريدك؛ أنت ترسلها أو لا ترسلها</translation>
    </message>
    <message>
        <source>entries in your menu</source>
        <translation>مدخلات في قائمتك</translation>
    </message>
    <message>
        <source>wants to put an entry into your menu</source>
        <translation>يريد وضع مدخل في قائمتك</translation>
    </message>
    <message>
        <source>can add things to your menu of apps, with a name and a picture of its choice</source>
        <translation>يمكنه إضافة أشياء إلى قائمة تطبيقاتك باسم وصورة من اختياره</translation>
    </message>
    <message>
        <source>USB devices</source>
        <translation>أجهزة USB</translation>
    </message>
    <message>
        <source>wants to use a USB device</source>
        <translation>يريد استخدام جهاز USB</translation>
    </message>
    <message>
        <source>can read from the device you choose, and write to it</source>
        <translation>يمكنه القراءة من الجهاز الذي تختاره والكتابة إليه</translation>
    </message>
    <message>
        <source>controlling your screen</source>
        <translation>التحكم بشاشتك</translation>
    </message>
    <message>
        <source>wants to see and control your screen</source>
        <translation>يريد رؤية شاشتك والتحكم بها</translation>
    </message>
    <message>
        <source>sees what you pick of your screen, and can press keys and click in every app</source>
        <translation>يرى ما تختاره من شاشتك، ويمكنه ضغط المفاتيح والنقر في كل تطبيق</translation>
    </message>
    <message>
        <source>your keyboard and mouse at the edge of the screen</source>
        <translation>لوحة مفاتيحك وفأرتك عند حافة الشاشة</translation>
    </message>
    <message>
        <source>wants to take over keyboard and mouse at the edge of the screen</source>
        <translation>يريد تولي لوحة المفاتيح والفأرة عند حافة الشاشة</translation>
    </message>
    <message>
        <source>gets all that you type and click while the pointer is beyond the edge</source>
        <translation>يحصل على كل ما تكتبه وتنقره ما دام المؤشر خارج الحافة</translation>
    </message>
    <message>
        <source>shortcuts everywhere</source>
        <translation>اختصارات في كل مكان</translation>
    </message>
    <message>
        <source>wants shortcuts that work everywhere</source>
        <translation>يريد اختصارات تعمل في كل مكان</translation>
    </message>
    <message>
        <source>is told when you press its shortcuts in other apps, and of no other key</source>
        <translation>يُخبَر حين تضغط اختصاراته في تطبيقات أخرى، ولا يُخبَر بأي مفتاح آخر</translation>
    </message>
    <message>
        <source>the clipboard</source>
        <translation>الحافظة</translation>
    </message>
    <message>
        <source>wants to use the clipboard</source>
        <translation>يريد استخدام الحافظة</translation>
    </message>
    <message>
        <source>can read what you copied in other apps, and put something else there</source>
        <translation>يمكنه قراءة ما نسخته في تطبيقات أخرى ووضع شيء آخر مكانه</translation>
    </message>
    <message>
        <source>the graphics processor</source>
        <translation>معالج الرسوميات</translation>
    </message>
    <message>
        <source>wants to use the graphics processor</source>
        <translation>يريد استخدام معالج الرسوميات</translation>
    </message>
    <message>
        <source>talks to the graphics driver directly, as games and video need it</source>
        <translation>يتحدث مباشرة إلى برنامج تشغيل الرسوميات، كما تحتاج الألعاب والفيديو</translation>
    </message>
    <message>
        <source>sound</source>
        <translation>الصوت</translation>
    </message>
    <message>
        <source>wants to play sound</source>
        <translation>يريد تشغيل الصوت</translation>
    </message>
    <message>
        <source>can be heard; to hear you, it asks</source>
        <translation>يمكن سماعه، ولكي يسمعك يسأل أولًا</translation>
    </message>
    <message>
        <source>copying and pasting</source>
        <translation>النسخ واللصق</translation>
    </message>
    <message>
        <source>wants to copy and paste</source>
        <translation>يريد النسخ واللصق</translation>
    </message>
    <message>
        <source>can paste what you copied elsewhere, and offer what you copy in it, while you work in it</source>
        <translation>يمكنه لصق ما نسخته في مكان آخر، وإتاحة ما تنسخه فيه، ما دمت تعمل فيه</translation>
    </message>
    <message>
        <source>input methods</source>
        <translation>طرق الإدخال</translation>
    </message>
    <message>
        <source>wants to use your input method</source>
        <translation>يريد استخدام طريقة إدخالك</translation>
    </message>
    <message>
        <source>what you type in it goes through your input method, which puts in what you choose</source>
        <translation>ما تكتبه فيه يمر عبر طريقة إدخالك، وهي تُدرج ما تختاره</translation>
    </message>
    <message>
        <source>the icons in the panel</source>
        <translation>أيقونات الشريط</translation>
    </message>
    <message>
        <source>wants to show an icon in the panel</source>
        <translation>يريد إظهار أيقونة في الشريط</translation>
    </message>
    <message>
        <source>can show a small picture with a menu beside the clock</source>
        <translation>يمكنه إظهار صورة صغيرة مع قائمة بجانب الساعة</translation>
    </message>
    <message>
        <source>the media keys</source>
        <translation>مفاتيح الوسائط</translation>
    </message>
    <message>
        <source>wants to follow the media keys</source>
        <translation>يريد اتباع مفاتيح الوسائط</translation>
    </message>
    <message>
        <source>is told of play and pause, and the panel shows what it plays</source>
        <translation>يُبلَّغ بالتشغيل والإيقاف المؤقت، ويعرض الشريط ما يشغّله</translation>
    </message>
    <message>
        <source>screen readers</source>
        <translation>قارئات الشاشة</translation>
    </message>
    <message>
        <source>wants to be read by screen readers</source>
        <translation>يريد أن تقرأه قارئات الشاشة</translation>
    </message>
    <message>
        <source>what its windows say can be read aloud</source>
        <translation>يمكن قراءة ما في نوافذه بصوت عالٍ</translation>
    </message>
    <message>
        <source>other apps</source>
        <translation>تطبيقات أخرى</translation>
    </message>
    <message>
        <source>wants to open something in another app</source>
        <translation>يريد فتح شيء في تطبيق آخر</translation>
    </message>
    <message>
        <source>can open links and files in other apps; you choose which</source>
        <translation>يمكنه فتح الروابط والملفات في تطبيقات أخرى؛ وأنت تختار أيها</translation>
    </message>
</context>
<context>
    <name>RoomStep</name>
    <message>
        <source>Open “Add a machine” on the other one too. Then pick it here, or pick this one there: one of the two is enough.</source>
        <translation>افتح «إضافة جهاز» على الجهاز الآخر أيضًا. ثم اختره هنا أو اختر هذا الجهاز هناك: يكفي أحدهما.</translation>
    </message>
    <message>
        <source>Anybody can announce anything. The four words will show which machine it is.</source>
        <translation>يستطيع أي أحد أن يعلن أي شيء. ستُظهر الكلمات الأربع أي جهاز هو.</translation>
    </message>
    <message>
        <source>No other Latchkey announces itself on this network.</source>
        <translation>لا يعلن أي Latchkey آخر عن نفسه في هذه الشبكة.</translation>
    </message>
    <message>
        <source>Its address, or ssh and a host</source>
        <translation>عنوانه، أو ssh واسم مضيف</translation>
    </message>
    <message>
        <source>Stop trying</source>
        <translation>إيقاف المحاولة</translation>
    </message>
    <message>
        <source>Connect</source>
        <translation>اتصال</translation>
    </message>
    <message>
        <source>Connecting to %1…</source>
        <translation>جارٍ الاتصال بـ %1…</translation>
    </message>
    <message>
        <source>There, this machine shows the letters %1.</source>
        <translation>يُظهر هذا الجهاز هناك الأحرف %1.</translation>
    </message>
</context>
<context>
    <name>ShareFields</name>
    <message>
        <source>What</source>
        <translation>ماذا</translation>
    </message>
    <message>
        <source>What apps offer</source>
        <translation>ما تعرضه التطبيقات</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>جارٍ البحث…</translation>
    </message>
    <message>
        <source>No app that runs offers anything at this moment. Start the app first.</source>
        <translation>لا يعرض أي تطبيق يعمل الآن شيئًا. شغّل التطبيق أولًا.</translation>
    </message>
    <message>
        <source>Port, such as %1</source>
        <translation>المنفذ، مثل %1</translation>
    </message>
    <message>
        <source>Name and port, such as %1</source>
        <translation>الاسم والمنفذ، مثل %1</translation>
    </message>
    <message>
        <source>Where the file is</source>
        <translation>مكان الملف</translation>
    </message>
    <message>
        <source>Where the folder is</source>
        <translation>مكان المجلد</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>اختيار…</translation>
    </message>
    <message>
        <source>It may</source>
        <translation>يجوز له</translation>
    </message>
    <message>
        <source>Called there</source>
        <translation>اسمه هناك</translation>
    </message>
    <message>
        <source>What it is called there</source>
        <translation>كيف يُسمى هناك</translation>
    </message>
    <message>
        <source>How long</source>
        <translation>إلى متى</translation>
    </message>
    <message>
        <source>At most</source>
        <translation>على الأكثر</translation>
    </message>
    <message>
        <source>any</source>
        <translation>بلا حد</translation>
    </message>
    <message>
        <source>How often at most</source>
        <translation>كم مرة على الأكثر</translation>
    </message>
    <message>
        <source>uses</source>
        <comment>how often: behind a number</comment>
        <translation>مرات</translation>
    </message>
    <message>
        <source>How much data at most, such as 500 MB</source>
        <translation>كم من البيانات على الأكثر، مثل ⁨500 MB⁩</translation>
    </message>
    <message>
        <source>of data</source>
        <comment>how much: behind a size</comment>
        <translation>من البيانات</translation>
    </message>
    <message>
        <source>It may let other machines use it too</source>
        <translation>يجوز له السماح لأجهزة أخرى باستخدامه أيضًا</translation>
    </message>
    <message>
        <source>Share a folder</source>
        <translation>مشاركة مجلد</translation>
    </message>
    <message>
        <source>Share a file</source>
        <translation>مشاركة ملف</translation>
    </message>
</context>
<context>
    <name>ShareSheet</name>
    <message>
        <source>Pass on %1</source>
        <translation>تمرير %1</translation>
    </message>
    <message>
        <source>Share something</source>
        <translation>مشاركة شيء</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>إلغاء</translation>
    </message>
    <message>
        <source>Sharing…</source>
        <translation>جارٍ المشاركة…</translation>
    </message>
    <message>
        <source>Pass on</source>
        <translation>تمرير</translation>
    </message>
    <message>
        <source>Share</source>
        <translation>مشاركة</translation>
    </message>
    <message>
        <source>With</source>
        <comment>a machine</comment>
        <translation>مع</translation>
    </message>
    <message>
        <source>To</source>
        <comment>a machine</comment>
        <translation>إلى</translation>
    </message>
</context>
<context>
    <name>Sharing</name>
    <message numerus="yes">
        <source>%Ln use(s)</source>
        <translation>
            <numerusform>ولا مرة</numerusform>
            <numerusform>مرة واحدة</numerusform>
            <numerusform>مرتان</numerusform>
            <numerusform>%Ln مرات</numerusform>
            <numerusform>%Ln مرة</numerusform>
            <numerusform>%Ln مرة</numerusform>
        </translation>
    </message>
    <message>
        <source>Given back or declined by you</source>
        <translation>رفضته أو أعدته أنت</translation>
    </message>
    <message>
        <source>Ended by its owner</source>
        <translation>أنهاه صاحبه</translation>
    </message>
    <message>
        <source>Expired</source>
        <translation>انتهت مدته</translation>
    </message>
    <message>
        <source>Used up</source>
        <translation>استُنفد</translation>
    </message>
    <message>
        <source>Its owner does not have it any more</source>
        <translation>لم يعد صاحبه يملكه</translation>
    </message>
    <message>
        <source>Replaced by its owner</source>
        <translation>استبدله صاحبه</translation>
    </message>
    <message>
        <source>Over</source>
        <translation>انتهى</translation>
    </message>
    <message>
        <source>A service</source>
        <translation>خدمة</translation>
    </message>
    <message>
        <source>A computer of its network</source>
        <translation>حاسوب في شبكته</translation>
    </message>
    <message>
        <source>%1, which this version cannot use</source>
        <translation>%1: لا تستطيع هذه النسخة استخدامه</translation>
    </message>
    <message>
        <source>(no name)</source>
        <translation>(بلا اسم)</translation>
    </message>
    <message>
        <source>“%1”</source>
        <translation>«%1»</translation>
    </message>
    <message>
        <source>until %1</source>
        <translation>حتى %1</translation>
    </message>
    <message>
        <source>until its owner ends it</source>
        <translation>حتى ينهيه صاحبه</translation>
    </message>
    <message>
        <source>at most %1</source>
        <comment>so many uses</comment>
        <translation>%1 على الأكثر</translation>
    </message>
    <message>
        <source>at most %1</source>
        <comment>so many bytes</comment>
        <translation>%1 على الأكثر</translation>
    </message>
    <message>
        <source>you may pass it on</source>
        <translation>يجوز لك تمريره</translation>
    </message>
    <message>
        <source>Paused by its owner</source>
        <translation>أوقفه صاحبه مؤقتًا</translation>
    </message>
    <message>
        <source>Offered %1</source>
        <comment>a moment</comment>
        <translation>عُرض: %1</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>قيد الاستخدام</translation>
    </message>
    <message>
        <source>No app has it yet</source>
        <translation>لا يملكه أي تطبيق بعد</translation>
    </message>
    <message>
        <source>Last used %1</source>
        <comment>a moment</comment>
        <translation>آخر استخدام: %1</translation>
    </message>
    <message>
        <source>Not used yet</source>
        <translation>لم يُستخدم بعد</translation>
    </message>
    <message>
        <source>cannot be reached now</source>
        <translation>لا يمكن الوصول إليه الآن</translation>
    </message>
    <message>
        <source>not accepted yet</source>
        <translation>لم يُقبل بعد</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <comment>uses</comment>
        <translation>%1 من %2</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <comment>sizes</comment>
        <translation>%1 من %2</translation>
    </message>
    <message>
        <source>may be passed on</source>
        <translation>يجوز تمريره</translation>
    </message>
    <message>
        <source>passed on from %1</source>
        <translation>مُرِّر من %1</translation>
    </message>
    <message>
        <source>%1 may use %2 until %3.</source>
        <translation>يجوز لـ %1 استخدام %2 حتى %3.</translation>
    </message>
    <message>
        <source>%1 may use %2 until you stop it.</source>
        <translation>يجوز لـ %1 استخدام %2 حتى توقفه.</translation>
    </message>
    <message>
        <source>At most %1.</source>
        <comment>so many uses</comment>
        <translation>%1 على الأكثر.</translation>
    </message>
    <message>
        <source>At most %1.</source>
        <comment>so many bytes</comment>
        <translation>%1 على الأكثر.</translation>
    </message>
    <message>
        <source>It may let other machines use it too.</source>
        <translation>ويجوز له السماح لأجهزة أخرى باستخدامه أيضًا.</translation>
    </message>
    <message>
        <source>A folder, to read and change</source>
        <translation>مجلد للقراءة والتغيير</translation>
    </message>
    <message>
        <source>A folder, to read</source>
        <translation>مجلد للقراءة</translation>
    </message>
    <message>
        <source>A file, to read and change</source>
        <translation>ملف للقراءة والتغيير</translation>
    </message>
    <message>
        <source>A file, to read</source>
        <translation>ملف للقراءة</translation>
    </message>
    <message>
        <source>Among your files; no app has it</source>
        <translation>بين ملفاتك؛ لا يملكه أي تطبيق</translation>
    </message>
    <message>
        <source>%1 may read and change %2 until %3.</source>
        <translation>يجوز لـ %1 قراءة %2 وتغييره حتى %3.</translation>
    </message>
    <message>
        <source>%1 may read %2 until %3.</source>
        <translation>يجوز لـ %1 قراءة %2 حتى %3.</translation>
    </message>
    <message>
        <source>%1 may read and change %2 until you stop it.</source>
        <translation>يجوز لـ %1 قراءة %2 وتغييره إلى أن توقفه.</translation>
    </message>
    <message>
        <source>%1 may read %2 until you stop it.</source>
        <translation>يجوز لـ %1 قراءة %2 إلى أن توقفه.</translation>
    </message>
    <message>
        <source>a file</source>
        <translation>ملفًا</translation>
    </message>
    <message>
        <source>the file %1</source>
        <translation>الملف %1</translation>
    </message>
    <message>
        <source>a folder</source>
        <translation>مجلدًا</translation>
    </message>
    <message>
        <source>the folder %1</source>
        <translation>المجلد %1</translation>
    </message>
    <message>
        <source>a computer that it can reach</source>
        <translation>حاسوبًا يستطيع الوصول إليه</translation>
    </message>
    <message>
        <source>%1, which it can reach</source>
        <comment>a computer</comment>
        <translation>%1 الذي يستطيع الوصول إليه</translation>
    </message>
    <message>
        <source>something that runs there</source>
        <translation>شيئًا يعمل هناك</translation>
    </message>
    <message>
        <source>%1, which runs there</source>
        <comment>a service</comment>
        <translation>%1 الذي يعمل هناك</translation>
    </message>
    <message>
        <source>waiting for an answer</source>
        <translation>بانتظار الجواب</translation>
    </message>
    <message>
        <source>asked when it is connected</source>
        <translation>يُسأل عندما يتصل</translation>
    </message>
    <message>
        <source>given</source>
        <translation>أُعطي</translation>
    </message>
    <message>
        <source>not given</source>
        <translation>لم يُعطَ</translation>
    </message>
    <message>
        <source>taken back by you</source>
        <translation>سحبتَه أنت</translation>
    </message>
    <message>
        <source>could not be asked</source>
        <translation>تعذّر السؤال</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>يبدأ التشغيل…</translation>
    </message>
    <message>
        <source>Running since %1</source>
        <comment>a moment</comment>
        <translation>يعمل منذ %1</translation>
    </message>
    <message>
        <source>It ran when the connection was lost</source>
        <translation>كان يعمل عند انقطاع الاتصال</translation>
    </message>
    <message>
        <source>Refused</source>
        <translation>مرفوض</translation>
    </message>
    <message>
        <source>Ended</source>
        <translation>انتهى</translation>
    </message>
    <message>
        <source>Ended with status %1</source>
        <translation>انتهى بالحالة %1</translation>
    </message>
    <message>
        <source>Ended by signal %1</source>
        <translation>أنهته الإشارة %1</translation>
    </message>
    <message>
        <source>It could not be started there</source>
        <translation>تعذّر تشغيله هناك</translation>
    </message>
    <message>
        <source>Not running</source>
        <translation>لا يعمل</translation>
    </message>
    <message>
        <source>An app, to start and stop there</source>
        <translation>تطبيق يُشغَّل ويُوقَف هناك</translation>
    </message>
    <message>
        <source>%1 may start and stop %2 until %3.</source>
        <translation>يجوز لـ %1 تشغيل %2 وإيقافه حتى %3.</translation>
    </message>
    <message>
        <source>%1 may start and stop %2 until you stop it.</source>
        <translation>يجوز لـ %1 تشغيل %2 وإيقافه إلى أن توقف ذلك.</translation>
    </message>
    <message>
        <source>It sees whether it runs, and nothing that it says.</source>
        <translation>يرى هل يعمل، ولا يرى شيئًا مما يكتبه.</translation>
    </message>
</context>
<context>
    <name>StopSheet</name>
    <message numerus="yes">
        <source>and %Ln more</source>
        <translation>
            <numerusform>ولا مزيد</numerusform>
            <numerusform>وواحد آخر</numerusform>
            <numerusform>واثنان آخران</numerusform>
            <numerusform>و%Ln أخرى</numerusform>
            <numerusform>و%Ln أخرى</numerusform>
            <numerusform>و%Ln أخرى</numerusform>
        </translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>إبقاء</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>إيقاف</translation>
    </message>
    <message>
        <source>Let it run</source>
        <translation>تركه يعمل</translation>
    </message>
    <message>
        <source>Stop the app</source>
        <translation>إيقاف التطبيق</translation>
    </message>
</context>
<context>
    <name>ThisMachineCard</name>
    <message>
        <source>This machine: %1</source>
        <translation>هذا الجهاز: %1</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>تغيير…</translation>
    </message>
</context>
<context>
    <name>ThisMachineSheet</name>
    <message>
        <source>This machine</source>
        <translation>هذا الجهاز</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>إغلاق</translation>
    </message>
    <message>
        <source>Its name</source>
        <translation>اسمه</translation>
    </message>
    <message>
        <source>What this machine calls itself</source>
        <translation>ما يسمّي به هذا الجهاز نفسه</translation>
    </message>
    <message>
        <source>Let other machines connect</source>
        <translation>السماح لأجهزة أخرى بالاتصال</translation>
    </message>
    <message>
        <source>Those that you added, and nobody else. Without it this machine can still connect to them.</source>
        <translation>التي أضفتها أنت، ولا أحد غيرها. وبدون ذلك يظل هذا الجهاز قادرًا على الاتصال بها.</translation>
    </message>
    <message>
        <source>Be found on the local network</source>
        <translation>أن يُعثر عليه في الشبكة المحلية</translation>
    </message>
    <message>
        <source>Others nearby see that a Latchkey is here, without its name, so that they need no address.</source>
        <translation>يرى الآخرون القريبون أن Latchkey موجود هنا، دون اسمه، فلا يحتاجون إلى عنوان.</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>المنفذ</translation>
    </message>
    <message>
        <source>the usual one</source>
        <translation>المعتاد</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message>
        <source>Stop: %1</source>
        <translation>إيقاف: %1</translation>
    </message>
    <message numerus="yes">
        <source>Latchkey: %Ln question(s) wait</source>
        <translation>
            <numerusform>Latchkey: لا أسئلة</numerusform>
            <numerusform>Latchkey: سؤال واحد ينتظر</numerusform>
            <numerusform>Latchkey: سؤالان ينتظران</numerusform>
            <numerusform>Latchkey: %Ln أسئلة تنتظر</numerusform>
            <numerusform>Latchkey: %Ln سؤالًا ينتظر</numerusform>
            <numerusform>Latchkey: %Ln سؤال ينتظر</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln question(s) wait</source>
        <translation>
            <numerusform>لا أسئلة</numerusform>
            <numerusform>سؤال واحد ينتظر</numerusform>
            <numerusform>سؤالان ينتظران</numerusform>
            <numerusform>%Ln أسئلة تنتظر</numerusform>
            <numerusform>%Ln سؤالًا ينتظر</numerusform>
            <numerusform>%Ln سؤال ينتظر</numerusform>
        </translation>
    </message>
    <message>
        <source>Open Latchkey</source>
        <translation>فتح Latchkey</translation>
    </message>
    <message>
        <source>Stop all apps</source>
        <translation>إيقاف كل التطبيقات</translation>
    </message>
    <message>
        <source>All network off</source>
        <translation>إيقاف الشبكة كلها</translation>
    </message>
</context>
<context>
    <name>TrialRow</name>
    <message>
        <source>Not kept: %1</source>
        <translation>لم يُحتفظ به: %1</translation>
    </message>
</context>
<context>
    <name>TrialSheet</name>
    <message>
        <source>Your files are as they were. Choose what of this shall stay. What it did elsewhere, on the network for one, is not undone.</source>
        <translation>ملفاتك كما كانت. اختر ما يبقى من هذا. أما ما فعله في مكان آخر، كالشبكة مثلًا، فلا يُتراجع عنه.</translation>
    </message>
    <message>
        <source>What it changed</source>
        <translation>ما غيّره</translation>
    </message>
    <message>
        <source>Choose all</source>
        <translation>اختيار الكل</translation>
    </message>
    <message>
        <source>Choose none</source>
        <translation>عدم اختيار شيء</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>لاحقًا</translation>
    </message>
    <message>
        <source>Discard all</source>
        <translation>تجاهل الكل</translation>
    </message>
    <message>
        <source>Keep all</source>
        <translation>الاحتفاظ بالكل</translation>
    </message>
    <message>
        <source>Keep %1, discard %2</source>
        <translation>الاحتفاظ بـ %1 وتجاهل %2</translation>
    </message>
</context>
<context>
    <name>TrialsWaiting</name>
    <message>
        <source>Tried apps</source>
        <translation>تطبيقات مجرَّبة</translation>
    </message>
    <message>
        <source>%1 was only tried (%2). You have not said what stays.</source>
        <translation>جُرِّب %1 فقط (%2). لم تحدد بعد ما يبقى.</translation>
    </message>
    <message>
        <source>Look…</source>
        <translation>عرض…</translation>
    </message>
</context>
<context>
    <name>UnaskedCard</name>
    <message>
        <source>Play sound</source>
        <translation>تشغيل الصوت</translation>
    </message>
    <message>
        <source>It can be heard; to hear you, it asks. From its next start on.</source>
        <translation>يمكن سماعه، ولكي يسمعك يسأل أولًا. ابتداءً من تشغيله التالي.</translation>
    </message>
    <message>
        <source>Show notifications</source>
        <translation>إظهار الإشعارات</translation>
    </message>
    <message>
        <source>Short messages over other windows, under its own name.</source>
        <translation>رسائل قصيرة فوق النوافذ الأخرى، باسمه هو.</translation>
    </message>
    <message>
        <source>Copy and paste in X11 windows</source>
        <translation>النسخ واللصق في نوافذ X11</translation>
    </message>
    <message>
        <source>For apps that know nothing newer: while you work in one, what you copied elsewhere can be pasted there, and the other way. From its next start on.</source>
        <translation>للتطبيقات التي لا تعرف ما هو أحدث: ما دمت تعمل في أحدها يمكن أن يُلصق فيه ما نسخته في مكان آخر، وبالعكس. ابتداءً من تشغيله التالي.</translation>
    </message>
    <message>
        <source>Write through input methods</source>
        <translation>الكتابة عبر طرق الإدخال</translation>
    </message>
    <message>
        <source>What you type in it goes through your input method (ibus, fcitx), as Chinese or Japanese needs it.</source>
        <translation>ما تكتبه فيه يمر عبر طريقة إدخالك (ibus أو fcitx)، كما تحتاجه الصينية أو اليابانية.</translation>
    </message>
    <message>
        <source>Show an icon in the panel</source>
        <translation>إظهار أيقونة في الشريط</translation>
    </message>
    <message>
        <source>A small picture with a menu beside the clock, where your desktop has such a place.</source>
        <translation>صورة صغيرة مع قائمة بجانب الساعة، حيث يوفر سطح مكتبك مكانًا لها.</translation>
    </message>
    <message>
        <source>Follow the media keys</source>
        <translation>اتباع مفاتيح الوسائط</translation>
    </message>
    <message>
        <source>Play and pause reach it, and the panel shows what it plays.</source>
        <translation>يصل إليه التشغيل والإيقاف المؤقت، ويعرض الشريط ما يشغّله.</translation>
    </message>
    <message>
        <source>Be read by screen readers</source>
        <translation>القراءة بقارئات الشاشة</translation>
    </message>
    <message>
        <source>What its windows say can be read aloud. It cannot read other apps.</source>
        <translation>يمكن قراءة ما في نوافذه بصوت عالٍ. ولا يمكنه قراءة التطبيقات الأخرى.</translation>
    </message>
    <message>
        <source>Print</source>
        <translation>الطباعة</translation>
    </message>
    <message>
        <source>It can send pages to a printer; you choose which one each time.</source>
        <translation>يمكنه إرسال صفحات إلى طابعة؛ وأنت تختار أيها في كل مرة.</translation>
    </message>
    <message>
        <source>Open links and files in other apps</source>
        <translation>فتح الروابط والملفات في تطبيقات أخرى</translation>
    </message>
    <message>
        <source>You choose the app, unless you said to remember it.</source>
        <translation>أنت تختار التطبيق، إلا إذا طلبت تذكّره.</translation>
    </message>
</context>
<context>
    <name>UndoLine</name>
    <message>
        <source>Undo</source>
        <translation>تراجع</translation>
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
        <translation>جارٍ التثبيت</translation>
    </message>
    <message>
        <source>New versions by themselves, if they ask for no more</source>
        <translation>الإصدارات الجديدة تلقائيًا، إن لم تطلب أكثر</translation>
    </message>
    <message>
        <source>Look…</source>
        <translation>عرض…</translation>
    </message>
    <message>
        <source>Give up</source>
        <translation>تخلَّ عنه</translation>
    </message>
    <message>
        <source>Update</source>
        <translation>تحديث</translation>
    </message>
</context>
<context>
    <name>UpdatesSheet</name>
    <message numerus="yes">
        <source>Newer versions of %Ln app(s)</source>
        <translation>
            <numerusform>لا إصدارات أحدث</numerusform>
            <numerusform>إصدار أحدث لتطبيق واحد</numerusform>
            <numerusform>إصدارات أحدث لتطبيقين</numerusform>
            <numerusform>إصدارات أحدث من %Ln تطبيقات</numerusform>
            <numerusform>إصدارات أحدث من %Ln تطبيقًا</numerusform>
            <numerusform>إصدارات أحدث من %Ln تطبيق</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing newer is known</source>
        <translation>لا يُعرف شيء أحدث</translation>
    </message>
    <message>
        <source>Apps from bundles</source>
        <translation>تطبيقات من حزم</translation>
    </message>
    <message>
        <source>No apps from bundles yet</source>
        <translation>لا تطبيقات من حزم بعد</translation>
    </message>
    <message>
        <source>Repositories…</source>
        <translation>المستودعات…</translation>
    </message>
    <message>
        <source>Ask now</source>
        <translation>اسأل الآن</translation>
    </message>
    <message>
        <source>Update all</source>
        <translation>تحديث الكل</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>إغلاق</translation>
    </message>
</context>
<context>
    <name>UseOfferSheet</name>
    <message>
        <source>Use it in which app?</source>
        <translation>استخدامه في أي تطبيق؟</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>إلغاء</translation>
    </message>
    <message>
        <source>Asking %1…</source>
        <translation>جارٍ سؤال %1…</translation>
    </message>
    <message>
        <source>Use it</source>
        <translation>استخدامه</translation>
    </message>
    <message>
        <source>%1 calls it:</source>
        <translation>يسميه %1:</translation>
    </message>
    <message>
        <source>(no name)</source>
        <translation>(بلا اسم)</translation>
    </message>
    <message>
        <source>It finds it at</source>
        <translation>يجده عند</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>الاسم</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>المنفذ</translation>
    </message>
    <message>
        <source>How long</source>
        <translation>إلى متى</translation>
    </message>
    <message>
        <source>Where do you want it?</source>
        <translation>أين تريده؟</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>المكان</translation>
    </message>
</context>
<context>
    <name>Uses</name>
    <message>
        <source>%1 hears your microphone</source>
        <translation>%1 يسمع الميكروفون</translation>
    </message>
    <message>
        <source>%1 uses your camera</source>
        <translation>%1 يستخدم الكاميرا</translation>
    </message>
    <message>
        <source>%1 watches your screen</source>
        <translation>%1 يشاهد شاشتك</translation>
    </message>
    <message>
        <source>%1 sees and controls your screen</source>
        <translation>%1 يرى شاشتك ويتحكم بها</translation>
    </message>
    <message>
        <source>%1 can take over your keyboard and mouse</source>
        <translation>%1 يستطيع تولّي لوحة المفاتيح والفأرة</translation>
    </message>
    <message>
        <source>%1 follows where you are</source>
        <translation>%1 يتابع مكانك</translation>
    </message>
    <message>
        <source>Stopped: %1</source>
        <translation>أوقف: %1</translation>
    </message>
</context>
<context>
    <name>WaitingCard</name>
    <message numerus="yes">
        <source>New versions of %Ln app(s) wait: they ask for more than before.</source>
        <translation>
            <numerusform>لا إصدارات جديدة تنتظر.</numerusform>
            <numerusform>إصدار جديد لتطبيق واحد ينتظر: يطلب أكثر مما سبق.</numerusform>
            <numerusform>إصدارات جديدة لتطبيقين تنتظر: تطلب أكثر مما سبق.</numerusform>
            <numerusform>إصدارات جديدة لـ %Ln تطبيقات تنتظر: تطلب أكثر مما سبق.</numerusform>
            <numerusform>إصدارات جديدة لـ %Ln تطبيقًا تنتظر: تطلب أكثر مما سبق.</numerusform>
            <numerusform>إصدارات جديدة لـ %Ln تطبيق تنتظر: تطلب أكثر مما سبق.</numerusform>
        </translation>
    </message>
    <message>
        <source>A new version of %1 waits: it asks for more than before.</source>
        <translation>إصدار جديد من %1 ينتظر: يطلب أكثر مما سبق.</translation>
    </message>
    <message>
        <source>Look…</source>
        <translation>نظرة…</translation>
    </message>
</context>
<context>
    <name>WayRow</name>
    <message>
        <source>Try %1 earlier</source>
        <translation>تجربة %1 قبل ذلك</translation>
    </message>
    <message>
        <source>Remove %1</source>
        <translation>إزالة %1</translation>
    </message>
</context>
<context>
    <name>WaysTab</name>
    <message>
        <source>They are tried in this order. Whoever answers has to prove to be this machine, so a wrong way leads nowhere.</source>
        <translation>تُجرَّب بهذا الترتيب. على من يجيب أن يثبت أنه هذا الجهاز، فالطريق الخاطئ لا يؤدي إلى شيء.</translation>
    </message>
    <message>
        <source>Ways to it</source>
        <translation>الطرق إليه</translation>
    </message>
    <message>
        <source>No way to it is known. It can still connect to this machine.</source>
        <translation>لا يُعرف طريق إليه. لكنه يستطيع الاتصال بهذا الجهاز.</translation>
    </message>
    <message>
        <source>Another address, or ssh and a host</source>
        <translation>عنوان آخر، أو ssh واسم مضيف</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>إضافة</translation>
    </message>
</context>
<context>
    <name>WhoHeader</name>
    <message>
        <source>profile %1</source>
        <translation>الملف الشخصي %1</translation>
    </message>
</context>
<context>
    <name>WhySheet</name>
    <message>
        <source>Close</source>
        <translation>إغلاق</translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message>
        <source>never</source>
        <comment>a moment that has not come</comment>
        <translation>أبدًا</translation>
    </message>
    <message>
        <source>just now</source>
        <translation>الآن</translation>
    </message>
    <message>
        <source>yesterday</source>
        <translation>أمس</translation>
    </message>
    <message>
        <source>tomorrow</source>
        <translation>غدًا</translation>
    </message>
    <message>
        <source>d MMM</source>
        <comment>date format of a day in this year</comment>
        <translation>d MMM</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>اليوم</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>أمس</translation>
    </message>
    <message>
        <source>dddd, d MMMM</source>
        <comment>date format of a heading</comment>
        <translation>dddd، d MMMM</translation>
    </message>
    <message>
        <source>Your home</source>
        <translation>مجلدك الشخصي</translation>
    </message>
    <message>
        <source>wants to save this file</source>
        <translation>يريد حفظ هذا الملف</translation>
    </message>
    <message>
        <source>wants to open and change this file</source>
        <translation>يريد فتح هذا الملف وتعديله</translation>
    </message>
    <message>
        <source>wants to open this file</source>
        <translation>يريد فتح هذا الملف</translation>
    </message>
    <message>
        <source>wants to make this folder</source>
        <translation>يريد إنشاء هذا المجلد</translation>
    </message>
    <message>
        <source>wants to see and change what is in this folder</source>
        <translation>يريد رؤية ما في هذا المجلد وتعديله</translation>
    </message>
    <message>
        <source>wants to see what is in this folder</source>
        <translation>يريد رؤية ما في هذا المجلد</translation>
    </message>
    <message>
        <source>wants to connect to</source>
        <translation>يريد الاتصال بـ</translation>
    </message>
    <message>
        <source>offers something to others. Let them reach it?</source>
        <translation>يقدّم شيئًا للآخرين. هل تسمح لهم بالوصول إليه؟</translation>
    </message>
    <message>
        <source>needs a service</source>
        <translation>يحتاج إلى خدمة</translation>
    </message>
    <message>
        <source>wants to use</source>
        <translation>يريد استخدام</translation>
    </message>
    <message>
        <source>wants to start</source>
        <translation>يريد تشغيل</translation>
    </message>
    <message>
        <source>wants to see this window</source>
        <translation>يريد رؤية هذه النافذة</translation>
    </message>
    <message>
        <source>new</source>
        <translation>جديد</translation>
    </message>
    <message numerus="yes">
        <source>%Ln thing(s)</source>
        <comment>entries of a folder</comment>
        <translation>
            <numerusform>فارغ</numerusform>
            <numerusform>عنصر واحد</numerusform>
            <numerusform>عنصران</numerusform>
            <numerusform>%Ln عناصر</numerusform>
            <numerusform>%Ln عنصرًا</numerusform>
            <numerusform>%Ln عنصر</numerusform>
        </translation>
    </message>
    <message>
        <source>changed %1</source>
        <translation>عُدّل: %1</translation>
    </message>
    <message>
        <source>%1 may not use %2</source>
        <translation>لا يُسمح لـ%1 باستخدام %2</translation>
    </message>
    <message>
        <source>%1 can use %2</source>
        <translation>يمكن لـ%1 استخدام %2</translation>
    </message>
    <message>
        <source>%1 can look at and change %2</source>
        <translation>يمكن لـ%1 الاطلاع على %2 وتعديله</translation>
    </message>
    <message>
        <source>%1 can look at %2</source>
        <translation>يمكن لـ%1 الاطلاع على %2</translation>
    </message>
    <message>
        <source>waiting for you</source>
        <translation>بانتظارك</translation>
    </message>
    <message>
        <source>allowed by you</source>
        <translation>سمحتَ به</translation>
    </message>
    <message>
        <source>not allowed by you</source>
        <translation>لم تسمح به</translation>
    </message>
    <message>
        <source>never allowed</source>
        <translation>ممنوع دائمًا</translation>
    </message>
    <message>
        <source>closed without an answer</source>
        <translation>أُغلق دون إجابة</translation>
    </message>
    <message>
        <source>no answer in time</source>
        <translation>لا إجابة في الوقت</translation>
    </message>
    <message>
        <source>no longer asked</source>
        <translation>لم يعد مطلوبًا</translation>
    </message>
    <message>
        <source>could not be asked</source>
        <translation>تعذّر السؤال</translation>
    </message>
    <message>
        <source>use</source>
        <comment>access to something that is no file</comment>
        <translation>استخدام</translation>
    </message>
    <message>
        <source>look and change</source>
        <translation>اطلاع وتعديل</translation>
    </message>
    <message>
        <source>look only</source>
        <translation>اطلاع فقط</translation>
    </message>
    <message>
        <source>this time</source>
        <translation>هذه المرة</translation>
    </message>
    <message>
        <source>while it runs</source>
        <translation>ما دام يعمل</translation>
    </message>
    <message>
        <source>until %1</source>
        <translation>حتى %1</translation>
    </message>
    <message>
        <source>always</source>
        <translation>دائمًا</translation>
    </message>
    <message>
        <source>this file</source>
        <translation>هذا الملف</translation>
    </message>
    <message>
        <source>this folder</source>
        <translation>هذا المجلد</translation>
    </message>
    <message>
        <source>its folder</source>
        <translation>مجلده</translation>
    </message>
    <message>
        <source>this folder and all below</source>
        <translation>هذا المجلد وكل ما تحته</translation>
    </message>
    <message>
        <source>its folder and all below</source>
        <translation>مجلده وكل ما تحته</translation>
    </message>
    <message>
        <source>names only</source>
        <translation>الأسماء فقط</translation>
    </message>
    <message>
        <source>and all below</source>
        <translation>وكل ما تحته</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>موقوف مؤقتًا</translation>
    </message>
    <message>
        <source>expired %1</source>
        <translation>انتهى: %1</translation>
    </message>
    <message>
        <source>stopped %1</source>
        <translation>أوقف: %1</translation>
    </message>
    <message>
        <source>you were asked</source>
        <translation>سُئلت عنه</translation>
    </message>
    <message>
        <source>you typed it</source>
        <translation>كتبته بنفسك</translation>
    </message>
    <message>
        <source>you dropped it on the app</source>
        <translation>أفلتّه على التطبيق</translation>
    </message>
    <message>
        <source>you picked it</source>
        <translation>اخترته بنفسك</translation>
    </message>
    <message>
        <source>you added it</source>
        <translation>أضفته بنفسك</translation>
    </message>
    <message>
        <source>you started the app in it</source>
        <translation>شغّلت التطبيق فيه</translation>
    </message>
    <message>
        <source>File</source>
        <translation>ملف</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>مجلد</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>الشبكة</translation>
    </message>
    <message>
        <source>Offered to others</source>
        <translation>مقدَّم للآخرين</translation>
    </message>
    <message>
        <source>Service</source>
        <translation>خدمة</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>جهاز</translation>
    </message>
    <message>
        <source>App</source>
        <translation>تطبيق</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>نافذة</translation>
    </message>
    <message>
        <source>%1 was started</source>
        <translation>شُغّل %1</translation>
    </message>
    <message>
        <source>%1 ended</source>
        <translation>انتهى %1</translation>
    </message>
    <message>
        <source>%1 asked for %2</source>
        <translation>طلب %1 استخدام %2</translation>
    </message>
    <message>
        <source>%1 was given %2</source>
        <translation>مُنح %1 استخدام %2</translation>
    </message>
    <message>
        <source>%1 used %2</source>
        <translation>استخدم %1 %2</translation>
    </message>
    <message>
        <source>%1 was refused %2</source>
        <translation>رُفض لـ%1 استخدام %2</translation>
    </message>
    <message>
        <source>You stopped %1 using %2</source>
        <translation>منعتَ %1 من استخدام %2</translation>
    </message>
    <message>
        <source>You paused %1 using %2</source>
        <translation>أوقفتَ مؤقتًا استخدام %1 لـ%2</translation>
    </message>
    <message>
        <source>%1 may use %2 again</source>
        <translation>يُسمح لـ%1 باستخدام %2 من جديد</translation>
    </message>
    <message>
        <source>The time of %1 with %2 was over</source>
        <translation>انتهت مدة %1 مع %2</translation>
    </message>
    <message>
        <source>Latchkey: %1</source>
        <translation>Latchkey: %1</translation>
    </message>
    <message>
        <source>You allowed %1 to use %2</source>
        <translation>سمحتَ لـ%1 باستخدام %2</translation>
    </message>
    <message>
        <source>You did not allow %1 to use %2</source>
        <translation>لم تسمح لـ%1 باستخدام %2</translation>
    </message>
    <message>
        <source>You never allow %1 to use %2</source>
        <translation>لا تسمح أبدًا لـ%1 باستخدام %2</translation>
    </message>
    <message>
        <source>The question of %1 about %2 was closed</source>
        <translation>أُغلق سؤال %1 عن %2</translation>
    </message>
    <message>
        <source>The question of %1 about %2 got no answer in time</source>
        <translation>لم يُجَب في الوقت عن سؤال %1 عن %2</translation>
    </message>
    <message>
        <source>%1 no longer asked for %2</source>
        <translation>لم يعد %1 يطلب %2</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>midnight</source>
        <translation>منتصف الليل</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <comment>a day, a time</comment>
        <translation>%1، %2</translation>
    </message>
    <message>
        <source>Special access</source>
        <translation>وصول خاص</translation>
    </message>
    <message>
        <source>%1 was refused %2 by the rules of this computer</source>
        <translation>رفضت قواعد هذا الحاسوب منح %1 الوصول إلى %2</translation>
    </message>
    <message>
        <source>Latchkey was started</source>
        <translation>شُغّل Latchkey</translation>
    </message>
    <message>
        <source>Latchkey ended</source>
        <translation>انتهى Latchkey</translation>
    </message>
    <message>
        <source>sees only its own windows</source>
        <translation>لا يرى إلا نوافذه</translation>
    </message>
    <message>
        <source>has a screen of its own</source>
        <translation>له شاشة خاصة به</translation>
    </message>
    <message>
        <source>sees and controls your whole screen</source>
        <translation>يرى شاشتك كلها ويتحكم فيها</translation>
    </message>
    <message>
        <source>has no screen</source>
        <translation>لا شاشة له</translation>
    </message>
    <message>
        <source>this file and those of the same name</source>
        <translation>هذا الملف وما يحمل الاسم نفسه</translation>
    </message>
    <message>
        <source>files of such names</source>
        <translation>ملفات بمثل هذا الاسم</translation>
    </message>
    <message>
        <source>and all below, full speed</source>
        <translation>وكل ما تحته، بالسرعة القصوى</translation>
    </message>
    <message>
        <source>not used for 60 days</source>
        <translation>لم يُستخدم منذ 60 يومًا</translation>
    </message>
    <message>
        <source>and files of the same name</source>
        <translation>والملفات التي تحمل الاسم نفسه</translation>
    </message>
    <message>
        <source>%1 and files of the same name</source>
        <translation>%1 والملفات التي تحمل الاسم نفسه</translation>
    </message>
    <message>
        <source>what is directly in %1</source>
        <translation>ما يوجد مباشرة في %1</translation>
    </message>
    <message>
        <source>everything in %1</source>
        <translation>كل ما في %1</translation>
    </message>
    <message>
        <source>files like %1 in %2</source>
        <comment>a pattern such as *.pdf, and a folder</comment>
        <translation>ملفات مثل %1 في %2</translation>
    </message>
    <message>
        <source>until you take it back, used or not</source>
        <translation>إلى أن تسحبه، استُخدم أم لا</translation>
    </message>
    <message>
        <source>until you take it back</source>
        <translation>إلى أن تسحبه</translation>
    </message>
    <message>
        <source>%1 may use %2, %3.</source>
        <translation>يمكن لـ %1 استخدام %2، %3.</translation>
    </message>
    <message>
        <source>%1 may see the names of %2, %3.</source>
        <translation>يمكن لـ %1 رؤية أسماء %2، %3.</translation>
    </message>
    <message>
        <source>%1 may look at and change %2, %3.</source>
        <translation>يمكن لـ %1 الاطلاع على %2 وتغييره، %3.</translation>
    </message>
    <message>
        <source>%1 may look at %2, %3.</source>
        <translation>يمكن لـ %1 الاطلاع على %2، %3.</translation>
    </message>
    <message>
        <source>%1 may never change %2.</source>
        <translation>لا يمكن لـ %1 أبدًا تغيير %2.</translation>
    </message>
    <message>
        <source>%1 may never look at or change %2.</source>
        <translation>لا يمكن لـ %1 أبدًا الاطلاع على %2 أو تغييره.</translation>
    </message>
    <message>
        <source>lapsed %1</source>
        <translation>سقط %1</translation>
    </message>
    <message>
        <source>You changed what %1 may do with %2</source>
        <translation>غيّرت ما يُسمح لـ %1 بفعله مع %2</translation>
    </message>
    <message>
        <source>%1 did not use %2 for 60 days: it asks again</source>
        <translation>لم يستخدم %1 %2 منذ 60 يومًا: سيسأل من جديد</translation>
    </message>
    <message>
        <source>%1 may use %2 also if unused for long</source>
        <translation>يمكن لـ %1 استخدام %2 حتى إن لم يُستخدم طويلًا</translation>
    </message>
    <message>
        <source>%1 asks again if %2 is unused for 60 days</source>
        <translation>يسأل %1 من جديد إن لم يُستخدم %2 خلال 60 يومًا</translation>
    </message>
    <message>
        <source>wants to open a file</source>
        <translation>يريد فتح ملف</translation>
    </message>
    <message>
        <source>wants to open files</source>
        <translation>يريد فتح ملفات</translation>
    </message>
    <message>
        <source>wants to use a folder</source>
        <translation>يريد استخدام مجلد</translation>
    </message>
    <message>
        <source>wants to use folders</source>
        <translation>يريد استخدام مجلدات</translation>
    </message>
    <message>
        <source>wants to save a file</source>
        <translation>يريد حفظ ملف</translation>
    </message>
    <message numerus="yes">
        <source>wants to save %Ln file(s)</source>
        <translation>
            <numerusform>لا يريد حفظ أي ملف</numerusform>
            <numerusform>يريد حفظ ملف واحد</numerusform>
            <numerusform>يريد حفظ ملفين</numerusform>
            <numerusform>يريد حفظ %Ln ملفات</numerusform>
            <numerusform>يريد حفظ %Ln ملفًا</numerusform>
            <numerusform>يريد حفظ %Ln ملف</numerusform>
        </translation>
    </message>
    <message>
        <source>A folder that you pick</source>
        <translation>مجلد تختاره أنت</translation>
    </message>
    <message>
        <source>What you pick</source>
        <translation>ما تختاره أنت</translation>
    </message>
    <message>
        <source>it sees nothing else</source>
        <translation>ولا يرى غيره</translation>
    </message>
    <message>
        <source>you say with which app</source>
        <translation>أنت تحدد بأي تطبيق</translation>
    </message>
    <message>
        <source>wants to open this with another app</source>
        <translation>يريد فتح هذا بتطبيق آخر</translation>
    </message>
    <message>
        <source>wants to use of your desktop</source>
        <translation>يريد أن يستخدم من سطح مكتبك</translation>
    </message>
    <message numerus="yes">
        <source>%Ln thing(s)</source>
        <comment>picked</comment>
        <translation>
            <numerusform>لا شيء</numerusform>
            <numerusform>شيء واحد</numerusform>
            <numerusform>شيئين</numerusform>
            <numerusform>%Ln أشياء</numerusform>
            <numerusform>%Ln شيئًا</numerusform>
            <numerusform>%Ln شيء</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 opened something with another app</source>
        <translation>فتح %1 شيئًا بتطبيق آخر</translation>
    </message>
    <message>
        <source>%1 may never use %2.</source>
        <translation>لا يجوز لـ%1 أبدًا استخدام %2.</translation>
    </message>
    <message>
        <source>%1 lost %2: it was moved to where it may not be had</source>
        <translation>فقد %1 %2: نُقل إلى حيث لا يجوز منحه</translation>
    </message>
    <message>
        <source>%1 lost %2: another thing has that name now</source>
        <translation>فقد %1 %2: شيء آخر يحمل هذا الاسم الآن</translation>
    </message>
    <message>
        <source>What %1 may use was moved: it is %2 now</source>
        <translation>نُقل ما يجوز لـ %1 استخدامه: وهو الآن %2</translation>
    </message>
    <message>
        <source>%1 can reach %2</source>
        <translation>يمكن لـ%1 الوصول إلى %2</translation>
    </message>
    <message>
        <source>%1 may reach %2, %3.</source>
        <translation>يجوز لـ%1 الوصول إلى %2، %3.</translation>
    </message>
    <message>
        <source>Others may reach %2 of %1, %3.</source>
        <translation>يجوز للآخرين الوصول إلى %2 (%1)، %3.</translation>
    </message>
    <message>
        <source>%1 may never reach %2.</source>
        <translation>لا يجوز لـ%1 أبدًا الوصول إلى %2.</translation>
    </message>
    <message>
        <source>%1 a second</source>
        <comment>how much may be exchanged</comment>
        <translation>%1 في الثانية</translation>
    </message>
    <message>
        <source>used up for today</source>
        <translation>استُهلك لهذا اليوم</translation>
    </message>
    <message>
        <source>%1 a day</source>
        <comment>how much may be exchanged</comment>
        <translation>%1 في اليوم</translation>
    </message>
    <message>
        <source>asks again after %1</source>
        <comment>how much may be exchanged</comment>
        <translation>يسأل من جديد بعد %1</translation>
    </message>
    <message>
        <source>%1 has used up what it may exchange with %2: it asks again</source>
        <translation>استهلك %1 ما يجوز له تبادله مع %2: سيسأل من جديد</translation>
    </message>
    <message>
        <source>%1 has used up what it may exchange with %2 today</source>
        <translation>استهلك %1 ما يجوز له تبادله اليوم مع %2</translation>
    </message>
    <message>
        <source>Another day: %1 may use %2 again</source>
        <translation>يوم جديد: يجوز أن يستخدم %1 %2 من جديد</translation>
    </message>
    <message>
        <source>%1 was refused %2: it has used up its network of today</source>
        <translation>رُفض لـ%1 استخدام %2: فقد استهلك شبكته لهذا اليوم</translation>
    </message>
    <message>
        <source>A file that you pick</source>
        <translation>ملف تختاره أنت</translation>
    </message>
    <message>
        <source>A computer that you name</source>
        <translation>حاسوب تسمّيه أنت</translation>
    </message>
    <message>
        <source>Something that you name</source>
        <translation>شيء تسمّيه أنت</translation>
    </message>
    <message>
        <source>you say which</source>
        <translation>أنت تحدد أيّها</translation>
    </message>
    <message>
        <source>it calls it “%1”; you say which</source>
        <translation>يسمّيه «%1»؛ وأنت تحدد أيّها</translation>
    </message>
    <message>
        <source>asks for a file of yours, to read and change it</source>
        <translation>يطلب ملفًا من ملفاتك لقراءته وتغييره</translation>
    </message>
    <message>
        <source>asks for a file of yours, to read it</source>
        <translation>يطلب ملفًا من ملفاتك لقراءته</translation>
    </message>
    <message>
        <source>asks for a folder of yours, to see and change what is in it</source>
        <translation>يطلب مجلدًا من مجلداتك لرؤية ما فيه وتغييره</translation>
    </message>
    <message>
        <source>asks for a folder of yours, to see what is in it</source>
        <translation>يطلب مجلدًا من مجلداتك لرؤية ما فيه</translation>
    </message>
    <message>
        <source>asks to reach another computer through this one</source>
        <translation>يطلب الوصول إلى حاسوب آخر عبر هذا الحاسوب</translation>
    </message>
    <message>
        <source>asks for something that runs on this computer</source>
        <translation>يطلب شيئًا يعمل على هذا الحاسوب</translation>
    </message>
    <message>
        <source>something</source>
        <translation>شيء ما</translation>
    </message>
    <message>
        <source>for good</source>
        <translation>دائمًا</translation>
    </message>
    <message numerus="yes">
        <source>for %Ln day(s)</source>
        <comment>how long something is wanted</comment>
        <translation>
            <numerusform>لأقل من يوم</numerusform>
            <numerusform>ليوم واحد</numerusform>
            <numerusform>ليومين</numerusform>
            <numerusform>لمدة %Ln أيام</numerusform>
            <numerusform>لمدة %Ln يومًا</numerusform>
            <numerusform>لمدة %Ln يوم</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>for %Ln hour(s)</source>
        <comment>how long something is wanted</comment>
        <translation>
            <numerusform>لأقل من ساعة</numerusform>
            <numerusform>لساعة واحدة</numerusform>
            <numerusform>لساعتين</numerusform>
            <numerusform>لمدة %Ln ساعات</numerusform>
            <numerusform>لمدة %Ln ساعة</numerusform>
            <numerusform>لمدة %Ln ساعة</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>for %Ln minute(s)</source>
        <comment>how long something is wanted</comment>
        <translation>
            <numerusform>لأقل من دقيقة</numerusform>
            <numerusform>لدقيقة واحدة</numerusform>
            <numerusform>لدقيقتين</numerusform>
            <numerusform>لمدة %Ln دقائق</numerusform>
            <numerusform>لمدة %Ln دقيقة</numerusform>
            <numerusform>لمدة %Ln دقيقة</numerusform>
        </translation>
    </message>
    <message>
        <source>start and stop</source>
        <comment>access to an app</comment>
        <translation>تشغيل وإيقاف</translation>
    </message>
    <message>
        <source>%1 was started by %2</source>
        <comment>an app, a machine</comment>
        <translation>شغّل %2 التطبيق %1</translation>
    </message>
</context>
<context>
    <name>WordsStep</name>
    <message>
        <source>The other machine calls itself:</source>
        <translation>يسمّي الجهاز الآخر نفسه:</translation>
    </message>
    <message>
        <source>Four words: %1</source>
        <translation>أربع كلمات: %1</translation>
    </message>
    <message>
        <source>All four, in this order. If they are the same, nobody stands between the two machines.</source>
        <translation>الأربع كلها، بهذا الترتيب. فإن كانت نفسها فلا أحد بين الجهازين.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln more machine(s) ask to be added</source>
        <translation>
            <numerusform>لا جهاز آخر يطلب إضافته</numerusform>
            <numerusform>جهاز آخر يطلب إضافته</numerusform>
            <numerusform>جهازان آخران يطلبان إضافتهما</numerusform>
            <numerusform>%Ln أجهزة أخرى تطلب إضافتها</numerusform>
            <numerusform>%Ln جهازًا آخر تطلب إضافتها</numerusform>
            <numerusform>%Ln جهاز آخر تطلب إضافتها</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>latchkey::ui::ActivityModel</name>
    <message>
        <source>%1 %</source>
        <translation>%1٪</translation>
    </message>
    <message>
        <source>profile %1</source>
        <translation>الملف الشخصي %1</translation>
    </message>
    <message>
        <source>since %1</source>
        <translation>منذ %1</translation>
    </message>
    <message>
        <source>starting</source>
        <translation>يبدأ</translation>
    </message>
    <message>
        <source>stopping</source>
        <translation>يتوقف</translation>
    </message>
    <message>
        <source>process %1</source>
        <translation>العملية %1</translation>
    </message>
    <message numerus="yes">
        <source>%Ln connection(s) in the last minute</source>
        <translation>
            <numerusform>لا اتصالات في الدقيقة الأخيرة</numerusform>
            <numerusform>اتصال واحد في الدقيقة الأخيرة</numerusform>
            <numerusform>اتصالان في الدقيقة الأخيرة</numerusform>
            <numerusform>%Ln اتصالات في الدقيقة الأخيرة</numerusform>
            <numerusform>%Ln اتصالًا في الدقيقة الأخيرة</numerusform>
            <numerusform>%Ln اتصال في الدقيقة الأخيرة</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 and more</source>
        <translation>%1 وغيرها</translation>
    </message>
    <message>
        <source>offers port %1</source>
        <translation>يعرض المنفذ %1</translation>
    </message>
    <message>
        <source>All</source>
        <translation>الكل</translation>
    </message>
    <message>
        <source>Using the network</source>
        <translation>تستخدم الشبكة</translation>
    </message>
    <message>
        <source>started by %1</source>
        <comment>a machine</comment>
        <translation>شغّله %1</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::AppOpener</name>
    <message>
        <source>Always use it for files of this kind (%1)</source>
        <translation>استخدامه دائمًا لملفات من هذا النوع (%1)</translation>
    </message>
    <message>
        <source>Always use it for addresses that begin with %1</source>
        <translation>استخدامه دائمًا للعناوين التي تبدأ بـ%1</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::AppsModel</name>
    <message>
        <source>Drop files on the app that should open them, or drop an AppImage here to start it.</source>
        <translation>أفلت الملفات على التطبيق الذي ينبغي أن يفتحها، أو أفلت ملف AppImage هنا لتشغيله.</translation>
    </message>
    <message>
        <source>%1 could not start. Allow it, on its page under Limits, to protect its own parts from each other, and start it again.</source>
        <translation>تعذّر بدء %1. اسمح له، في صفحته ضمن الحدود، بحماية أجزائه بعضها من بعض، ثم ابدأه من جديد.</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::AskDraft</name>
    <message>
        <source>a folder</source>
        <translation>مجلدًا</translation>
    </message>
    <message>
        <source>a file</source>
        <translation>ملفًا</translation>
    </message>
    <message>
        <source>something that runs there, such as a database</source>
        <translation>شيء يعمل هناك، مثل قاعدة بيانات</translation>
    </message>
    <message>
        <source>another computer that it can reach</source>
        <translation>حاسوب آخر يستطيع الوصول إليه</translation>
    </message>
    <message>
        <source>only read</source>
        <comment>what one would like to do with files</comment>
        <translation>القراءة فقط</translation>
    </message>
    <message>
        <source>read and change</source>
        <comment>what one would like to do with files</comment>
        <translation>القراءة والتغيير</translation>
    </message>
    <message>
        <source>for an hour</source>
        <translation>لساعة</translation>
    </message>
    <message>
        <source>for 8 hours</source>
        <translation>لمدة 8 ساعات</translation>
    </message>
    <message>
        <source>for 7 days</source>
        <translation>لمدة 7 أيام</translation>
    </message>
    <message>
        <source>for good</source>
        <translation>دائمًا</translation>
    </message>
    <message>
        <source>%1 is asked for %2</source>
        <comment>a machine, a thing</comment>
        <translation>يُطلب من %1 %2</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::Available</name>
    <message numerus="yes">
        <source>%Ln more: type more of the name</source>
        <translation>
            <numerusform>لا مزيد</numerusform>
            <numerusform>واحد آخر: اكتب المزيد من الاسم</numerusform>
            <numerusform>اثنان آخران: اكتب المزيد من الاسم</numerusform>
            <numerusform>%Ln أخرى: اكتب المزيد من الاسم</numerusform>
            <numerusform>%Ln أخرى: اكتب المزيد من الاسم</numerusform>
            <numerusform>%Ln أخرى: اكتب المزيد من الاسم</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>latchkey::ui::ConnectionsModel</name>
    <message>
        <source>Offers something on port %1</source>
        <translation>يعرض شيئًا على المنفذ %1</translation>
    </message>
    <message>
        <source>nobody else can reach it</source>
        <translation>لا أحد غيره يمكنه الوصول إليه</translation>
    </message>
    <message>
        <source>%1 a second</source>
        <translation>%1 في الثانية</translation>
    </message>
    <message>
        <source>What %1 is connected with</source>
        <translation>ما يتصل به %1</translation>
    </message>
    <message>
        <source>Not all of it could be found out.</source>
        <translation>تعذرت معرفة كل شيء.</translation>
    </message>
    <message numerus="yes">
        <source>and %Ln more</source>
        <translation>
            <numerusform>ولا شيء آخر</numerusform>
            <numerusform>وواحد آخر</numerusform>
            <numerusform>واثنان آخران</numerusform>
            <numerusform>و%Ln أخرى</numerusform>
            <numerusform>و%Ln آخر</numerusform>
            <numerusform>و%Ln آخر</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing at the moment.</source>
        <translation>لا شيء في هذه اللحظة.</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::Desk</name>
    <message>
        <source>All apps are being stopped</source>
        <translation>يجري إيقاف كل التطبيقات</translation>
    </message>
    <message>
        <source>The network is off for all apps</source>
        <translation>الشبكة متوقفة لكل التطبيقات</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::Explanation</name>
    <message>
        <source>Allowed by a rule of yours</source>
        <translation>مسموح بقاعدة من قواعدك</translation>
    </message>
    <message>
        <source>Refused</source>
        <translation>مرفوض</translation>
    </message>
    <message>
        <source>No rule decided</source>
        <translation>لم تحسم أي قاعدة</translation>
    </message>
    <message>
        <source>Since %1: %2.</source>
        <translation>منذ %1: %2.</translation>
    </message>
    <message>
        <source>You said so: %1.</source>
        <translation>قلت ذلك: %1.</translation>
    </message>
    <message>
        <source>You are asked about this.</source>
        <translation>تُسأل عن هذا.</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::FileChooser</name>
    <message>
        <source>Latchkey keeps its own things here. No app can be given them.</source>
        <translation>يحفظ Latchkey أشياءه هنا. لا يمكن إعطاؤها لأي تطبيق.</translation>
    </message>
    <message>
        <source>You may not look into this folder.</source>
        <translation>لا يحق لك النظر في هذا المجلد.</translation>
    </message>
    <message>
        <source>There is no such folder any more.</source>
        <translation>لم يعد هذا المجلد موجودًا.</translation>
    </message>
    <message>
        <source>This is no folder.</source>
        <translation>هذا ليس مجلدًا.</translation>
    </message>
    <message>
        <source>This folder cannot be read: %1.</source>
        <translation>لا يمكن قراءة هذا المجلد: %1.</translation>
    </message>
    <message>
        <source>This disk does not answer. You can go elsewhere.</source>
        <translation>هذا القرص لا يستجيب. يمكنك الذهاب إلى مكان آخر.</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>حفظ</translation>
    </message>
    <message>
        <source>Use this folder</source>
        <translation>استخدام هذا المجلد</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>استخدام</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>فتح</translation>
    </message>
    <message>
        <source>Recent</source>
        <translation>الأخيرة</translation>
    </message>
    <message>
        <source>Home</source>
        <translation>المنزل</translation>
    </message>
    <message>
        <source>Computer</source>
        <translation>الحاسوب</translation>
    </message>
    <message>
        <source>There is no “%1”.</source>
        <translation>لا يوجد «%1».</translation>
    </message>
    <message>
        <source>There is more in this folder than can be listed. Search for it, or type its name.</source>
        <translation>في هذا المجلد أكثر مما يمكن سرده. ابحث عنه أو اكتب اسمه.</translation>
    </message>
    <message>
        <source>There is more that fits. Search for more of its name.</source>
        <translation>هناك المزيد مما يطابق. ابحث بجزء أطول من الاسم.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln things selected</source>
        <translation>
            <numerusform>لم يُختر شيء</numerusform>
            <numerusform>اختير شيء واحد</numerusform>
            <numerusform>اختير شيئان</numerusform>
            <numerusform>اختيرت %Ln أشياء</numerusform>
            <numerusform>اختير %Ln شيئًا</numerusform>
            <numerusform>اختير %Ln شيء</numerusform>
        </translation>
    </message>
    <message>
        <source>changed %1</source>
        <translation>تغير %1</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::Gathered</name>
    <message>
        <source>it says: “%1”</source>
        <translation>يقول: «%1»</translation>
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
        <translation>ليس بعد</translation>
    </message>
    <message>
        <source>By app</source>
        <translation>حسب التطبيق</translation>
    </message>
    <message>
        <source>By thing</source>
        <translation>حسب الشيء</translation>
    </message>
    <message>
        <source>By machine</source>
        <translation>حسب الجهاز</translation>
    </message>
    <message>
        <source>This machine</source>
        <translation>هذا الجهاز</translation>
    </message>
    <message>
        <source>of %1</source>
        <comment>a machine that offers it</comment>
        <translation>من %1</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::Health</name>
    <message>
        <source>Reconnecting – apps keep running.</source>
        <translation>جارٍ إعادة الاتصال – التطبيقات مستمرة في العمل.</translation>
    </message>
    <message>
        <source>Decisions cannot be kept: %1</source>
        <translation>لا يمكن حفظ القرارات: %1</translation>
    </message>
    <message>
        <source>The network is off for all apps.</source>
        <translation>الشبكة متوقفة لكل التطبيقات.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln thing(s) on this computer limit what Latchkey can do.</source>
        <translation>
            <numerusform>لا شيء على هذا الحاسوب يحدّ مما يستطيعه Latchkey.</numerusform>
            <numerusform>أمر واحد على هذا الحاسوب يحدّ مما يستطيعه Latchkey.</numerusform>
            <numerusform>أمران على هذا الحاسوب يحدّان مما يستطيعه Latchkey.</numerusform>
            <numerusform>%Ln أمور على هذا الحاسوب تحدّ مما يستطيعه Latchkey.</numerusform>
            <numerusform>%Ln أمرًا على هذا الحاسوب يحدّ مما يستطيعه Latchkey.</numerusform>
            <numerusform>%Ln أمر على هذا الحاسوب يحدّ مما يستطيعه Latchkey.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>latchkey::ui::Installing</name>
    <message>
        <source>%1 wants to ask for more</source>
        <comment>an app</comment>
        <translation>%1 يريد أن يطلب المزيد</translation>
    </message>
    <message>
        <source>%1 cannot be installed</source>
        <comment>an app</comment>
        <translation>لا يمكن تثبيت %1</translation>
    </message>
    <message>
        <source>Install %1?</source>
        <comment>an app</comment>
        <translation>تثبيت %1؟</translation>
    </message>
    <message>
        <source>Update %1?</source>
        <comment>an app</comment>
        <translation>تحديث %1؟</translation>
    </message>
    <message>
        <source>%1 is installed already</source>
        <comment>an app</comment>
        <translation>%1 مثبت بالفعل</translation>
    </message>
    <message>
        <source>Go back to an older %1?</source>
        <comment>an app</comment>
        <translation>الرجوع إلى %1 أقدم؟</translation>
    </message>
    <message>
        <source>Version %1</source>
        <translation>الإصدار %1</translation>
    </message>
    <message>
        <source>It says that it will ask for nothing.</source>
        <translation>يقول إنه لن يطلب شيئًا.</translation>
    </message>
    <message>
        <source>It says that it will ask to do more than the version you have:</source>
        <translation>يقول إنه سيطلب أكثر من الإصدار الذي لديك:</translation>
    </message>
    <message>
        <source>It says that it will ask to:</source>
        <translation>يقول إنه سيطلب:</translation>
    </message>
    <message>
        <source>Update</source>
        <translation>تحديث</translation>
    </message>
    <message>
        <source>Install</source>
        <translation>تثبيت</translation>
    </message>
    <message>
        <source>Go back</source>
        <translation>رجوع</translation>
    </message>
    <message>
        <source>It cannot be opened: %1</source>
        <translation>لا يمكن فتحه: %1</translation>
    </message>
    <message>
        <source>That is no file.</source>
        <translation>هذا ليس ملفًا.</translation>
    </message>
    <message>
        <source>The disk does not answer</source>
        <translation>القرص لا يستجيب</translation>
    </message>
    <message>
        <source>%1 stays as it is</source>
        <comment>an app</comment>
        <translation>يبقى %1 كما هو</translation>
    </message>
    <message>
        <source>It is not installed: %1</source>
        <translation>لم يُثبَّت: %1</translation>
    </message>
    <message>
        <source>%1 is installed. Nothing was given to it but what you chose</source>
        <comment>an app</comment>
        <translation>تم تثبيت %1. لم يُمنح إلا ما اخترته</translation>
    </message>
    <message>
        <source>%1 is at version %2 now. What runs goes on as it was</source>
        <comment>an app</comment>
        <translation>صار %1 في الإصدار %2. ما يعمل يستمر كما كان</translation>
    </message>
    <message>
        <source>%1 waits for you: it asks for more than before</source>
        <comment>an app</comment>
        <translation>ينتظرك %1: يطلب أكثر مما سبق</translation>
    </message>
    <message>
        <source>It could not be allowed to %1: %2</source>
        <translation>تعذّر السماح بذلك (%1): %2</translation>
    </message>
    <message>
        <source>Latchkey was begun anew meanwhile. Close this, and look at the app again.</source>
        <translation>بدأ Latchkey من جديد في هذه الأثناء. أغلق هذا وانظر إلى التطبيق مرة أخرى.</translation>
    </message>
    <message>
        <source>%1 to fetch</source>
        <translation>%1 للتنزيل</translation>
    </message>
    <message>
        <source>from %1</source>
        <comment>a repository</comment>
        <translation>من %1</translation>
    </message>
    <message>
        <source>Asking %1 what it is…</source>
        <comment>a repository</comment>
        <translation>جارٍ سؤال %1 ما هو…</translation>
    </message>
    <message>
        <source>One app at a time: close what is open first</source>
        <translation>تطبيق واحد في كل مرة: أغلق المفتوح أولًا</translation>
    </message>
    <message>
        <source>It runs on %1 %2, which is not here yet and is installed with it.</source>
        <comment>a runtime and its version</comment>
        <translation>يعمل على %1 %2، وهو غير موجود هنا بعد ويُثبَّت معه.</translation>
    </message>
    <message>
        <source>Apps run on it. It starts nothing itself and asks for nothing.</source>
        <translation>تعمل التطبيقات عليه. وهو لا يشغّل شيئًا بنفسه ولا يطلب شيئًا.</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::Invitations</name>
    <message>
        <source>tomorrow, %1</source>
        <comment>a time</comment>
        <translation>غدًا، %1</translation>
    </message>
    <message>
        <source>The invitation is good for nothing any more</source>
        <translation>لم تعد الدعوة صالحة لشيء</translation>
    </message>
    <message>
        <source>Written to %1</source>
        <translation>كُتب في %1</translation>
    </message>
    <message>
        <source>It could not be written: %1</source>
        <translation>تعذرت كتابته: %1</translation>
    </message>
    <message>
        <source>The disk does not answer</source>
        <translation>القرص لا يستجيب</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::JournalModel</name>
    <message>
        <source>All</source>
        <translation>الكل</translation>
    </message>
    <message>
        <source>Answers</source>
        <translation>الإجابات</translation>
    </message>
    <message>
        <source>Uses</source>
        <translation>الاستخدام</translation>
    </message>
    <message>
        <source>Starts</source>
        <translation>التشغيل</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::MachineLine</name>
    <message>
        <source>Latchkey is reconnecting: try again in a moment</source>
        <translation>يعيد Latchkey الاتصال: حاول مجددًا بعد لحظة</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::MachineView</name>
    <message>
        <source>now</source>
        <translation>الآن</translation>
    </message>
    <message>
        <source>%1 is no way to it any more</source>
        <translation>لم يعد %1 طريقًا إليه</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::MachinesModel</name>
    <message>
        <source>The Latchkey that runs in the background is older than this window and knows nothing of other machines. Log out and in again.</source>
        <translation>نسخة Latchkey العاملة في الخلفية أقدم من هذه النافذة ولا تعرف شيئًا عن أجهزة أخرى. سجّل الخروج ثم الدخول من جديد.</translation>
    </message>
    <message>
        <source>Not renamed: %1</source>
        <translation>لم يُعَد تسميته: %1</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::Nevers</name>
    <message>
        <source>since %1</source>
        <translation>منذ %1</translation>
    </message>
    <message>
        <source>You said “never” to nothing. Where you do, it is listed here.</source>
        <translation>لم تقل «أبدًا» لأي شيء. وما تقوله له يظهر هنا.</translation>
    </message>
    <message>
        <source>Taken back. %1 may ask again.</source>
        <translation>تم التراجع. يجوز لـ%1 أن يسأل من جديد.</translation>
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
        <translation>سؤال بانتظارك</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>عرض</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>تراجع</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::OfferUse</name>
    <message>
        <source>while it runs now</source>
        <translation>ما دام يعمل الآن</translation>
    </message>
    <message>
        <source>until I stop it</source>
        <translation>حتى أوقفه</translation>
    </message>
    <message>
        <source>%1 finds it at %2 and at localhost, port %3.</source>
        <comment>an app, a name, a number</comment>
        <translation>يجده %1 عند %2 وعند localhost، المنفذ %3.</translation>
    </message>
    <message>
        <source>Choose an app.</source>
        <translation>اختر تطبيقًا.</translation>
    </message>
    <message>
        <source>Write a name and a port, such as db and 5432.</source>
        <translation>اكتب اسمًا ومنفذًا، مثل ⁨db⁩ و⁨5432⁩.</translation>
    </message>
    <message>
        <source>%1 may use %2 of %3</source>
        <comment>an app, a thing, a machine</comment>
        <translation>يجوز لـ %1 استخدام %2 من %3</translation>
    </message>
    <message>
        <source>among my files</source>
        <comment>where it is to be found</comment>
        <translation>بين ملفاتي</translation>
    </message>
    <message>
        <source>there, and in an app</source>
        <comment>where it is to be found</comment>
        <translation>هناك، وفي تطبيق</translation>
    </message>
    <message>
        <source>No app gets it.</source>
        <translation>لا يحصل عليه أي تطبيق.</translation>
    </message>
    <message>
        <source>%1 has it there, too.</source>
        <comment>an app</comment>
        <translation>ويجده %1 هناك أيضًا.</translation>
    </message>
    <message>
        <source>%1 of %2 is among your files</source>
        <comment>a thing, a machine</comment>
        <translation>%1 من %2 بين ملفاتك</translation>
    </message>
    <message>
        <source>It is among your files while %1 is connected: “Show it” leads there.</source>
        <comment>a machine</comment>
        <translation>يكون بين ملفاتك ما دام %1 متصلًا: «عرضه» يقود إليه.</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::OffersModel</name>
    <message>
        <source>passed on to it</source>
        <translation>مُرِّر إليه</translation>
    </message>
    <message>
        <source>Declined: %1. Only %2 can offer it again.</source>
        <translation>رُفض: %1. لا يستطيع عرضه من جديد إلا %2.</translation>
    </message>
    <message>
        <source>New</source>
        <translation>جديد</translation>
    </message>
    <message>
        <source>You may use</source>
        <translation>يجوز لك استخدام</translation>
    </message>
    <message>
        <source>Not any more</source>
        <translation>لم يعد متاحًا</translation>
    </message>
    <message>
        <source>You can start %1 on %2.</source>
        <comment>an app, a machine</comment>
        <translation>يمكنك تشغيل %1 على %2.</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::OpenFiles</name>
    <message>
        <source>a program that has ended since</source>
        <translation>برنامج انتهى منذ ذلك الحين</translation>
    </message>
    <message>
        <source>%1, process %2</source>
        <translation>%1، العملية %2</translation>
    </message>
    <message>
        <source>It may be in use as memory</source>
        <translation>ربما يُستخدم كذاكرة</translation>
    </message>
    <message>
        <source>Uses it as memory, and may stop at once: %1</source>
        <translation>يستخدمه كذاكرة وقد يتوقف فورًا: %1</translation>
    </message>
    <message>
        <source>lists it · %1</source>
        <translation>يسرد محتواه · %1</translation>
    </message>
    <message>
        <source>may change it</source>
        <translation>يمكنه تغييره</translation>
    </message>
    <message>
        <source>looks only</source>
        <translation>ينظر فقط</translation>
    </message>
    <message>
        <source>%1 · %2 read, %3 written · %4</source>
        <translation>%1 · قُرئ %2، كُتب %3 · %4</translation>
    </message>
    <message>
        <source>What %1 has open of %2</source>
        <translation>ما فتحه %1 من %2</translation>
    </message>
    <message>
        <source>Not all of it could be found out.</source>
        <translation>لم تمكن معرفة كل شيء.</translation>
    </message>
    <message numerus="yes">
        <source>and %Ln more</source>
        <translation>
            <numerusform>ولا شيء غيرها</numerusform>
            <numerusform>وواحد آخر</numerusform>
            <numerusform>واثنان آخران</numerusform>
            <numerusform>و%Ln أخرى</numerusform>
            <numerusform>و%Ln أخرى</numerusform>
            <numerusform>و%Ln أخرى</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing of it is open.</source>
        <translation>لا شيء منه مفتوح.</translation>
    </message>
    <message>
        <source>Stopped %1. It stays refused until you give it again or the app ends.</source>
        <translation>أُوقف %1. يبقى مرفوضًا حتى تمنحه من جديد أو ينتهي التطبيق.</translation>
    </message>
    <message>
        <source>Stopped %1. What was open of it may still be held: stop the app to be sure.</source>
        <translation>أُوقف %1. ما كان مفتوحًا منه ربما لا يزال محتجزًا: أوقف التطبيق لتتأكد.</translation>
    </message>
    <message>
        <source>%1 uses %2 as memory and may stop at once.</source>
        <translation>يستخدم %1 الملف %2 كذاكرة وقد يتوقف فورًا.</translation>
    </message>
    <message>
        <source>%1 may be in use as memory: an app that does so may stop at once.</source>
        <translation>ربما يُستخدم %1 كذاكرة: التطبيق الذي يفعل ذلك قد يتوقف فورًا.</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::Packages</name>
    <message>
        <source>It is still running: stop it, then try again.</source>
        <translation>ما زال يعمل: أوقفه ثم حاول مجددًا.</translation>
    </message>
    <message>
        <source>%1 is at version %2 again. What runs goes on as it was</source>
        <comment>an app</comment>
        <translation>عاد %1 إلى الإصدار %2. ما يعمل يستمر كما كان</translation>
    </message>
    <message>
        <source>It runs, and is stopped.</source>
        <translation>إنه يعمل، وسيُوقَف.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln thing(s) that you gave it are taken back.</source>
        <translation>
            <numerusform>لا شيء مما منحته له يُسترد.</numerusform>
            <numerusform>يُسترد شيء واحد منحته له.</numerusform>
            <numerusform>يُسترد شيئان منحتهما له.</numerusform>
            <numerusform>تُسترد %Ln أشياء منحتها له.</numerusform>
            <numerusform>يُسترد %Ln شيئًا منحته له.</numerusform>
            <numerusform>يُسترد %Ln شيء منحته له.</numerusform>
        </translation>
    </message>
    <message>
        <source>It does not run, and was given nothing.</source>
        <translation>لا يعمل، ولم يُمنح شيئًا.</translation>
    </message>
    <message>
        <source>%1 is removed, with its own files</source>
        <comment>an app</comment>
        <translation>أُزيل %1 مع ملفاته الخاصة</translation>
    </message>
    <message>
        <source>%1 is removed. Its own files are kept, for when it returns</source>
        <comment>an app</comment>
        <translation>أُزيل %1. ملفاته الخاصة محفوظة لحين عودته</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::Pairing</name>
    <message>
        <source>The connection to the part of Latchkey that runs in the background broke.</source>
        <translation>انقطع الاتصال بجزء Latchkey العامل في الخلفية.</translation>
    </message>
    <message>
        <source>An invitation was used: a machine was added. It can see nothing yet.</source>
        <translation>استُخدمت دعوة: أُضيف جهاز. لا يرى شيئًا بعد.</translation>
    </message>
    <message>
        <source>shows the letters %1</source>
        <translation>يُظهر الأحرف %1</translation>
    </message>
    <message>
        <source>may be %1</source>
        <translation>قد يكون %1</translation>
    </message>
    <message>
        <source>This is no invitation.</source>
        <translation>هذه ليست دعوة.</translation>
    </message>
    <message>
        <source>The other machine broke it off. Perhaps its person has closed “Add a machine”.</source>
        <translation>قطع الجهاز الآخر العملية. ربما أغلق صاحبه «إضافة جهاز».</translation>
    </message>
    <message>
        <source>The words differ, so one of you may be talking to a third machine. If somebody else was adding a machine at the same time, try again. If they differ again, use an invitation and send it another way.</source>
        <translation>الكلمات مختلفة، فربما يتحدث أحدكما إلى جهاز ثالث. إن كان شخص آخر يضيف جهازًا في الوقت نفسه فحاول مرة أخرى. فإن اختلفت ثانية فاستخدم دعوة وأرسلها بطريق آخر.</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::Parting</name>
    <message>
        <source>Block %1?</source>
        <translation>حظر %1؟</translation>
    </message>
    <message>
        <source>Forget %1 and add it again?</source>
        <translation>نسيان %1 وإضافته من جديد؟</translation>
    </message>
    <message>
        <source>Forget %1?</source>
        <translation>نسيان %1؟</translation>
    </message>
    <message>
        <source>It uses nothing of yours.</source>
        <translation>لا يستخدم شيئًا لك.</translation>
    </message>
    <message>
        <source>It stops using: %1</source>
        <translation>يتوقف عن استخدام: %1</translation>
    </message>
    <message numerus="yes">
        <source>%Ln of them are in use at this moment. What it does with them breaks off.</source>
        <translation>
            <numerusform>لا شيء منها قيد الاستخدام الآن.</numerusform>
            <numerusform>واحد منها قيد الاستخدام الآن. ما يفعله به ينقطع.</numerusform>
            <numerusform>اثنان منها قيد الاستخدام الآن. ما يفعله بهما ينقطع.</numerusform>
            <numerusform>%Ln منها قيد الاستخدام الآن. ما يفعله بها ينقطع.</numerusform>
            <numerusform>%Ln منها قيد الاستخدام الآن. ما يفعله بها ينقطع.</numerusform>
            <numerusform>%Ln منها قيد الاستخدام الآن. ما يفعله بها ينقطع.</numerusform>
        </translation>
    </message>
    <message>
        <source>This also ends: %1, used by %2</source>
        <translation>ينتهي معه أيضًا: %1، يستخدمه %2</translation>
    </message>
    <message numerus="yes">
        <source>You stop using %Ln thing(s) of it.</source>
        <translation>
            <numerusform>لا تتوقف عن استخدام شيء منه.</numerusform>
            <numerusform>تتوقف عن استخدام شيء واحد منه.</numerusform>
            <numerusform>تتوقف عن استخدام شيئين منه.</numerusform>
            <numerusform>تتوقف عن استخدام %Ln أشياء منه.</numerusform>
            <numerusform>تتوقف عن استخدام %Ln شيئًا منه.</numerusform>
            <numerusform>تتوقف عن استخدام %Ln شيء منه.</numerusform>
        </translation>
    </message>
    <message>
        <source>It is not let in any more, not on anybody&apos;s word, until you unblock it. It is not told.</source>
        <translation>لا يُسمح له بالدخول بعد الآن، بكلام أي أحد، حتى ترفع الحظر. ولا يُخبَر بذلك.</translation>
    </message>
    <message>
        <source>What was shared does not come back by itself when it is added again.</source>
        <translation>ما كان مُشارَكًا لا يعود من تلقاء نفسه عند إضافته من جديد.</translation>
    </message>
    <message>
        <source>Neither machine can reach the other then. You can add it again at any time.</source>
        <translation>عندها لا يستطيع أي من الجهازين الوصول إلى الآخر. يمكنك إضافته من جديد في أي وقت.</translation>
    </message>
    <message>
        <source>%1 is forgotten</source>
        <translation>نُسي %1</translation>
    </message>
    <message>
        <source>%1 is blocked</source>
        <translation>حُظر %1</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::PrivateFolder</name>
    <message>
        <source>This could not be done: %1</source>
        <translation>تعذّر ذلك: %1</translation>
    </message>
    <message>
        <source>There is no folder for downloads.</source>
        <translation>لا يوجد مجلد للتنزيلات.</translation>
    </message>
    <message>
        <source>Saved as %1</source>
        <translation>حُفظت باسم %1</translation>
    </message>
    <message>
        <source>The copy could not be written. Is the disk full?</source>
        <translation>تعذّرت كتابة النسخة. هل القرص ممتلئ؟</translation>
    </message>
    <message>
        <source>It starts afresh. What it had is kept below until you delete it.</source>
        <translation>يبدأ من جديد. ما كان لديه محفوظ في الأسفل حتى تحذفه.</translation>
    </message>
    <message>
        <source>It has back what it had.</source>
        <translation>استعاد ما كان لديه.</translation>
    </message>
    <message>
        <source>Deleted.</source>
        <translation>حُذف.</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::Question</name>
    <message>
        <source>look and change</source>
        <translation>اطلاع وتعديل</translation>
    </message>
    <message>
        <source>look</source>
        <translation>اطلاع</translation>
    </message>
    <message>
        <source>%1 (process %2)</source>
        <translation>%1 (العملية %2)</translation>
    </message>
    <message>
        <source>this time</source>
        <translation>هذه المرة</translation>
    </message>
    <message>
        <source>while it runs</source>
        <translation>ما دام يعمل</translation>
    </message>
    <message>
        <source>always</source>
        <translation>دائمًا</translation>
    </message>
    <message>
        <source>Until %1 lets go of it.</source>
        <translation>إلى أن يتركه %1.</translation>
    </message>
    <message>
        <source>Until %1 is closed.</source>
        <translation>إلى أن يُغلق %1.</translation>
    </message>
    <message>
        <source>Until you take it back.</source>
        <translation>إلى أن تسحبه.</translation>
    </message>
    <message>
        <source>until…</source>
        <translation>حتى …</translation>
    </message>
    <message>
        <source>in 1 hour</source>
        <translation>بعد ساعة</translation>
    </message>
    <message>
        <source>at midnight</source>
        <translation>عند منتصف الليل</translation>
    </message>
    <message>
        <source>in 1 week</source>
        <translation>بعد أسبوع</translation>
    </message>
    <message>
        <source>Until %1, then it must ask again.</source>
        <translation>حتى %1، ثم عليه أن يسأل من جديد.</translation>
    </message>
    <message>
        <source>Whatever is in it stays reachable until %1 closes.</source>
        <translation>يبقى كل ما فيه متاحًا حتى يُغلق %1.</translation>
    </message>
    <message>
        <source>Now only; then it must ask again.</source>
        <translation>الآن فقط؛ ثم عليه أن يسأل مجددًا.</translation>
    </message>
    <message numerus="yes">
        <source>wants to reach %Ln place(s)</source>
        <comment>of the network</comment>
        <translation>
            <numerusform>لا يريد الوصول إلى أي مكان</numerusform>
            <numerusform>يريد الوصول إلى مكان واحد</numerusform>
            <numerusform>يريد الوصول إلى مكانين</numerusform>
            <numerusform>يريد الوصول إلى %Ln أماكن</numerusform>
            <numerusform>يريد الوصول إلى %Ln مكانًا</numerusform>
            <numerusform>يريد الوصول إلى %Ln مكان</numerusform>
        </translation>
    </message>
    <message>
        <source>only these, and these ports</source>
        <translation>هذه فقط، وهذه المنافذ</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::Repositories</name>
    <message>
        <source>It cannot be opened: %1</source>
        <translation>لا يمكن فتحه: %1</translation>
    </message>
    <message>
        <source>That is no file.</source>
        <translation>هذا ليس ملفًا.</translation>
    </message>
    <message>
        <source>A repository</source>
        <translation>مستودع</translation>
    </message>
    <message>
        <source>Signed by the key %1</source>
        <translation>موقّع بالمفتاح %1</translation>
    </message>
    <message>
        <source>That is no key: it begins with RW, and has 56 characters.</source>
        <translation>هذا ليس مفتاحًا: يبدأ بـ RW وله 56 حرفًا.</translation>
    </message>
    <message>
        <source>The disk does not answer</source>
        <translation>القرص لا يستجيب</translation>
    </message>
    <message>
        <source>There is no key in that file.</source>
        <translation>لا مفتاح في هذا الملف.</translation>
    </message>
    <message>
        <source>You follow %1. Nothing is installed by that</source>
        <comment>a repository</comment>
        <translation>أنت تتابع %1. لم يُثبَّت شيء بذلك</translation>
    </message>
    <message>
        <source>It is not followed: %1</source>
        <translation>لم تتم المتابعة: %1</translation>
    </message>
    <message>
        <source>%1 is not followed any more. What is installed from it stays</source>
        <comment>a repository</comment>
        <translation>لم تعد تتابع %1. ما ثُبّت منه يبقى</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::RequestsModel</name>
    <message>
        <source>Stop…</source>
        <translation>إيقاف…</translation>
    </message>
    <message>
        <source>Ask again</source>
        <translation>السؤال مجددًا</translation>
    </message>
    <message>
        <source>Waiting for you</source>
        <translation>بانتظارك</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::RuleEdit</name>
    <message>
        <source>There is no such folder.</source>
        <translation>لا يوجد مجلد كهذا.</translation>
    </message>
    <message>
        <source>Nothing matches now.</source>
        <translation>لا شيء يطابق الآن.</translation>
    </message>
    <message numerus="yes">
        <source>At least %Ln file(s) match now:</source>
        <translation>
            <numerusform>لا يطابق الآن أي ملف على الأقل:</numerusform>
            <numerusform>يطابق الآن ملف واحد على الأقل:</numerusform>
            <numerusform>يطابق الآن ملفان على الأقل:</numerusform>
            <numerusform>تطابق الآن %Ln ملفات على الأقل:</numerusform>
            <numerusform>يطابق الآن %Ln ملفًا على الأقل:</numerusform>
            <numerusform>يطابق الآن %Ln ملف على الأقل:</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) match now:</source>
        <translation>
            <numerusform>لا يطابق الآن أي ملف:</numerusform>
            <numerusform>يطابق الآن ملف واحد:</numerusform>
            <numerusform>يطابق الآن ملفان:</numerusform>
            <numerusform>تطابق الآن %Ln ملفات:</numerusform>
            <numerusform>يطابق الآن %Ln ملفًا:</numerusform>
            <numerusform>يطابق الآن %Ln ملف:</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 and more</source>
        <translation>%1 وغيرها</translation>
    </message>
    <message>
        <source>for 8 hours</source>
        <translation>لمدة 8 ساعات</translation>
    </message>
    <message>
        <source>for 7 days</source>
        <translation>لمدة 7 أيام</translation>
    </message>
    <message>
        <source>always</source>
        <translation>دائمًا</translation>
    </message>
    <message>
        <source>Latchkey is reconnecting: try again in a moment</source>
        <translation>يعيد Latchkey الاتصال: حاول مجددًا بعد لحظة</translation>
    </message>
    <message>
        <source>Changed. What is open may not be cut yet.</source>
        <translation>تم التغيير. ربما لم يُقطع بعد ما هو مفتوح.</translation>
    </message>
    <message>
        <source>Changed</source>
        <translation>تم التغيير</translation>
    </message>
    <message>
        <source>Full speed is chosen only when it is given: stop this, and choose it when the app asks again.</source>
        <translation>لا تُختار السرعة الكاملة إلا عند السماح: أوقف هذا واخترها عندما يطلب التطبيق مجددًا.</translation>
    </message>
    <message>
        <source>It is at full speed, and stays so.</source>
        <translation>هو بالسرعة الكاملة ويبقى كذلك.</translation>
    </message>
    <message>
        <source>It is at full speed now. Saved, it no longer is: that is chosen for one folder.</source>
        <translation>هو الآن بالسرعة الكاملة. بعد الحفظ لن يبقى كذلك: فهي تُختار لمجلد واحد.</translation>
    </message>
    <message>
        <source>one place</source>
        <translation>مكان واحد</translation>
    </message>
    <message>
        <source>“%1” is no amount: write a number such as 500 or 0.5</source>
        <translation>«%1» ليس مقدارًا: اكتب عددًا مثل 500 أو 0.5</translation>
    </message>
    <message>
        <source>Given</source>
        <translation>مُنح</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <comment>what may be reached, and what not</comment>
        <translation>%1، %2</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::RuleExchange</name>
    <message>
        <source>there already</source>
        <translation>موجودة من قبل</translation>
    </message>
    <message>
        <source>line %L1: %2</source>
        <translation>السطر %L1: %2</translation>
    </message>
    <message numerus="yes">
        <source>%Ln would be added</source>
        <translation>
            <numerusform>لن تُضاف أي قاعدة</numerusform>
            <numerusform>ستُضاف قاعدة واحدة</numerusform>
            <numerusform>ستُضاف قاعدتان</numerusform>
            <numerusform>ستُضاف %Ln قواعد</numerusform>
            <numerusform>ستُضاف %Ln قاعدة</numerusform>
            <numerusform>ستُضاف %Ln قاعدة</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln there already</source>
        <translation>
            <numerusform>لا شيء موجود من قبل</numerusform>
            <numerusform>واحدة موجودة من قبل</numerusform>
            <numerusform>اثنتان موجودتان من قبل</numerusform>
            <numerusform>%Ln موجودة من قبل</numerusform>
            <numerusform>%Ln موجودة من قبل</numerusform>
            <numerusform>%Ln موجودة من قبل</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln cannot be</source>
        <translation>
            <numerusform>لا شيء غير ممكن</numerusform>
            <numerusform>واحدة غير ممكنة</numerusform>
            <numerusform>اثنتان غير ممكنتين</numerusform>
            <numerusform>%Ln غير ممكنة</numerusform>
            <numerusform>%Ln غير ممكنة</numerusform>
            <numerusform>%Ln غير ممكنة</numerusform>
        </translation>
    </message>
    <message>
        <source>The disk does not answer</source>
        <translation>القرص لا يستجيب</translation>
    </message>
    <message>
        <source>This is no file of rules: nothing that can be read, or more than 1 MiB</source>
        <translation>ليس هذا ملف قواعد: لا يمكن قراءته، أو أكبر من 1 MiB</translation>
    </message>
    <message>
        <source>There are no rules in it.</source>
        <translation>لا توجد قواعد فيه.</translation>
    </message>
    <message>
        <source>Nothing of it is taken over as long as one of them cannot be.</source>
        <translation>لا يُعتمد شيء منه ما دامت واحدة منها غير ممكنة.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln rule(s) taken over</source>
        <translation>
            <numerusform>لم تُعتمد أي قاعدة</numerusform>
            <numerusform>اعتُمدت قاعدة واحدة</numerusform>
            <numerusform>اعتُمدت قاعدتان</numerusform>
            <numerusform>اعتُمدت %Ln قواعد</numerusform>
            <numerusform>اعتُمدت %Ln قاعدة</numerusform>
            <numerusform>اعتُمدت %Ln قاعدة</numerusform>
        </translation>
    </message>
    <message>
        <source>It could not be written: %1</source>
        <translation>تعذرت كتابته: %1</translation>
    </message>
    <message>
        <source>Written to %1</source>
        <translation>كُتب في %1</translation>
    </message>
    <message numerus="yes">
        <source>Written to %1, without %Ln that such a file cannot say</source>
        <translation>
            <numerusform>كُتب في %1</numerusform>
            <numerusform>كُتب في %1، ما عدا %Ln لا يمكن لملف كهذا أن يعبّر عنها</numerusform>
            <numerusform>كُتب في %1، ما عدا %Ln لا يمكن لملف كهذا أن يعبّر عنها</numerusform>
            <numerusform>كُتب في %1، ما عدا %Ln لا يمكن لملف كهذا أن يعبّر عنها</numerusform>
            <numerusform>كُتب في %1، ما عدا %Ln لا يمكن لملف كهذا أن يعبّر عنها</numerusform>
            <numerusform>كُتب في %1، ما عدا %Ln لا يمكن لملف كهذا أن يعبّر عنها</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>latchkey::ui::Session</name>
    <message>
        <source>Latchkey is reconnecting: try again in a moment</source>
        <translation>يعيد Latchkey الاتصال: حاول بعد لحظة</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::ShareDraft</name>
    <message>
        <source>%1 of %2</source>
        <comment>a thing, the machine that offers it</comment>
        <translation>%1 من %2</translation>
    </message>
    <message>
        <source>something that an app offers</source>
        <translation>شيء يعرضه تطبيق</translation>
    </message>
    <message>
        <source>something that this computer offers outside of Latchkey</source>
        <translation>شيء يعرضه هذا الحاسوب خارج Latchkey</translation>
    </message>
    <message>
        <source>another computer that this one can reach</source>
        <translation>حاسوب آخر يصل إليه هذا الحاسوب</translation>
    </message>
    <message>
        <source>%1, port %2</source>
        <comment>an app, a number</comment>
        <translation>%1، المنفذ %2</translation>
    </message>
    <message>
        <source>for an hour</source>
        <translation>لساعة</translation>
    </message>
    <message>
        <source>for 8 hours</source>
        <translation>لمدة 8 ساعات</translation>
    </message>
    <message>
        <source>for 7 days</source>
        <translation>لمدة 7 أيام</translation>
    </message>
    <message>
        <source>until I stop it</source>
        <translation>حتى أوقفه</translation>
    </message>
    <message>
        <source>port %1 of %2</source>
        <comment>a number, whose</comment>
        <translation>المنفذ %1 لـ %2</translation>
    </message>
    <message>
        <source>this computer</source>
        <translation>هذا الحاسوب</translation>
    </message>
    <message>
        <source>There is no machine that it could be shared with.</source>
        <translation>لا يوجد جهاز يمكن مشاركته معه.</translation>
    </message>
    <message>
        <source>It is over.</source>
        <translation>لقد انتهى.</translation>
    </message>
    <message>
        <source>Choose what is to be shared.</source>
        <translation>اختر ما تريد مشاركته.</translation>
    </message>
    <message>
        <source>Write the port, such as 5432.</source>
        <translation>اكتب المنفذ، مثل 5432.</translation>
    </message>
    <message>
        <source>Write a name and a port, such as db.example.org:5432.</source>
        <translation>اكتب اسمًا ومنفذًا، مثل ⁨db.example.org:5432⁩.</translation>
    </message>
    <message>
        <source>Write a number, such as 10, or nothing.</source>
        <translation>اكتب عددًا، مثل 10، أو لا شيء.</translation>
    </message>
    <message>
        <source>Write a size, such as 500 MB, or nothing.</source>
        <translation>اكتب حجمًا، مثل ⁨500 MB⁩، أو لا شيء.</translation>
    </message>
    <message>
        <source>%1 is offered to %2</source>
        <comment>a thing, a machine</comment>
        <translation>عُرض %1 على %2</translation>
    </message>
    <message>
        <source>a folder</source>
        <translation>مجلد</translation>
    </message>
    <message>
        <source>a file</source>
        <translation>ملف</translation>
    </message>
    <message>
        <source>only read</source>
        <comment>what a machine may do with files</comment>
        <translation>القراءة فقط</translation>
    </message>
    <message>
        <source>read and change</source>
        <comment>what a machine may do with files</comment>
        <translation>القراءة والتغيير</translation>
    </message>
    <message>
        <source>the folder %1 and all that is in it</source>
        <comment>a name</comment>
        <translation>المجلد %1 وكل ما فيه</translation>
    </message>
    <message>
        <source>the file %1</source>
        <comment>a name</comment>
        <translation>الملف %1</translation>
    </message>
    <message>
        <source>Choose the folder, or write where it is.</source>
        <translation>اختر المجلد أو اكتب مكانه.</translation>
    </message>
    <message>
        <source>Choose the file, or write where it is.</source>
        <translation>اختر الملف أو اكتب مكانه.</translation>
    </message>
    <message>
        <source>%1 may be used by %2</source>
        <comment>a thing, a machine</comment>
        <translation>يجوز أن يستعمل %2 %1</translation>
    </message>
    <message>
        <source>an app, to start and stop it</source>
        <translation>تطبيق، لتشغيله وإيقافه</translation>
    </message>
    <message>
        <source>Choose an app.</source>
        <translation>اختر تطبيقًا.</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::StopPlan</name>
    <message>
        <source>Stop %1 using %2?</source>
        <translation>منع %1 من استخدام %2؟</translation>
    </message>
    <message>
        <source>%1 has it open. It may show an error or close.</source>
        <translation>%1 يفتحه الآن. قد يعرض خطأ أو يُغلق.</translation>
    </message>
    <message numerus="yes">
        <source>Stop these %Ln thing(s)?</source>
        <translation>
            <numerusform>لا شيء لإيقافه</numerusform>
            <numerusform>إيقاف هذا الشيء؟</numerusform>
            <numerusform>إيقاف هذين الشيئين؟</numerusform>
            <numerusform>إيقاف هذه الأشياء الـ%Ln؟</numerusform>
            <numerusform>إيقاف %Ln شيئًا؟</numerusform>
            <numerusform>إيقاف %Ln شيء؟</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln of them are open now. Apps may show an error or close.</source>
        <translation>
            <numerusform>لا شيء منها مفتوح الآن.</numerusform>
            <numerusform>واحد منها مفتوح الآن. قد يعرض التطبيق خطأ أو يُغلق.</numerusform>
            <numerusform>اثنان منها مفتوحان الآن. قد تعرض التطبيقات خطأ أو تُغلق.</numerusform>
            <numerusform>%Ln منها مفتوحة الآن. قد تعرض التطبيقات خطأ أو تُغلق.</numerusform>
            <numerusform>%Ln منها مفتوحة الآن. قد تعرض التطبيقات خطأ أو تُغلق.</numerusform>
            <numerusform>%Ln منها مفتوحة الآن. قد تعرض التطبيقات خطأ أو تُغلق.</numerusform>
        </translation>
    </message>
    <message>
        <source>This also ends: %1, used by %2</source>
        <translation>ينتهي معه أيضًا: %1، يستخدمه %2</translation>
    </message>
    <message>
        <source>Nothing has it open, and nothing else ends with it.</source>
        <translation>لا شيء يفتحه الآن، ولا ينتهي معه شيء آخر.</translation>
    </message>
    <message numerus="yes">
        <source>Stopped %Ln thing(s)</source>
        <translation>
            <numerusform>لم يوقف شيء</numerusform>
            <numerusform>أوقف شيء واحد</numerusform>
            <numerusform>أوقف شيئان</numerusform>
            <numerusform>أوقفت %Ln أشياء</numerusform>
            <numerusform>أوقف %Ln شيئًا</numerusform>
            <numerusform>أوقف %Ln شيء</numerusform>
        </translation>
    </message>
    <message>
        <source>Stopping could not be confirmed</source>
        <translation>تعذّر تأكيد الإيقاف</translation>
    </message>
    <message>
        <source>%1 gets nothing new. What it had open it may still hold: stop the app to be sure.</source>
        <translation>لن يحصل %1 على شيء جديد. وقد لا يزال ممسكًا بما كان مفتوحًا لديه: أوقف التطبيق للتأكد.</translation>
    </message>
    <message>
        <source>They get nothing new. What they had open they may still hold: stop the apps to be sure.</source>
        <translation>لن تحصل على شيء جديد. وقد لا تزال ممسكة بما كان مفتوحًا لديها: أوقف التطبيقات للتأكد.</translation>
    </message>
    <message>
        <source>%1 has %2 at full speed. What it holds open of it stays reachable until it closes.</source>
        <translation>لدى %1 وصول بالسرعة القصوى إلى %2. ما يبقيه مفتوحًا منه يظل متاحًا حتى يُغلق.</translation>
    </message>
    <message>
        <source>What is held open stays reachable</source>
        <translation>ما هو مفتوح يبقى متاحًا</translation>
    </message>
    <message>
        <source>Who uses it as memory could not be found out: an app that does so may stop at once.</source>
        <translation>تعذرت معرفة من يستخدمه كذاكرة: قد يتوقف فورًا أي تطبيق يفعل ذلك.</translation>
    </message>
    <message>
        <source>Give back %1 of %2?</source>
        <comment>a thing, a machine</comment>
        <translation>إعادة %1 إلى %2؟</translation>
    </message>
    <message>
        <source>It is in use at this moment. What is done with it breaks off.</source>
        <translation>هو قيد الاستخدام الآن. ما يُفعل به ينقطع.</translation>
    </message>
    <message>
        <source>Only %1 can give it again.</source>
        <translation>لا يستطيع إعطاءه من جديد إلا %1.</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::ThisMachine</name>
    <message>
        <source>Others cannot reach it: %1</source>
        <translation>لا يستطيع الآخرون الوصول إليه: %1</translation>
    </message>
    <message>
        <source>Others cannot connect to it; it can connect to them.</source>
        <translation>لا يستطيع الآخرون الاتصال به، ويستطيع هو الاتصال بهم.</translation>
    </message>
    <message>
        <source>Nobody reaches it at this moment: it is on no network, or there is no machine that may connect.</source>
        <translation>لا يصل إليه أحد في هذه اللحظة: فهو ليس في أي شبكة، أو لا يوجد جهاز يجوز له الاتصال.</translation>
    </message>
    <message>
        <source>Others reach it at %1</source>
        <translation>يصل إليه الآخرون عبر %1</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::TrialReview</name>
    <message>
        <source>%1 was only tried</source>
        <translation>جُرِّب %1 فقط</translation>
    </message>
    <message numerus="yes">
        <source>%Ln new</source>
        <comment>things a trial made</comment>
        <translation>
            <numerusform>لا جديد</numerusform>
            <numerusform>واحد جديد</numerusform>
            <numerusform>اثنان جديدان</numerusform>
            <numerusform>%Ln جديدة</numerusform>
            <numerusform>%Ln جديدًا</numerusform>
            <numerusform>%Ln جديد</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln changed</source>
        <comment>things</comment>
        <translation>
            <numerusform>لا شيء معدَّل</numerusform>
            <numerusform>واحد معدَّل</numerusform>
            <numerusform>اثنان معدَّلان</numerusform>
            <numerusform>%Ln معدَّلة</numerusform>
            <numerusform>%Ln معدَّلًا</numerusform>
            <numerusform>%Ln معدَّل</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln deleted</source>
        <comment>things</comment>
        <translation>
            <numerusform>لا شيء محذوف</numerusform>
            <numerusform>واحد محذوف</numerusform>
            <numerusform>اثنان محذوفان</numerusform>
            <numerusform>%Ln محذوفة</numerusform>
            <numerusform>%Ln محذوفًا</numerusform>
            <numerusform>%Ln محذوف</numerusform>
        </translation>
    </message>
    <message>
        <source>and more than can be shown</source>
        <translation>وأكثر مما يمكن عرضه</translation>
    </message>
    <message numerus="yes">
        <source>Kept %Ln change(s) of %1</source>
        <translation>
            <numerusform>لم يُحتفظ بأي تغيير من %1</numerusform>
            <numerusform>احتُفظ بتغيير واحد من %1</numerusform>
            <numerusform>احتُفظ بتغييرين من %1</numerusform>
            <numerusform>احتُفظ بـ %Ln تغييرات من %1</numerusform>
            <numerusform>احتُفظ بـ %Ln تغييرًا من %1</numerusform>
            <numerusform>احتُفظ بـ %Ln تغيير من %1</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing of %1 was kept</source>
        <translation>لم يُحتفظ بشيء من %1</translation>
    </message>
    <message>
        <source>%1 changed nothing</source>
        <translation>لم يغيّر %1 شيئًا</translation>
    </message>
    <message>
        <source>The trial could not be removed: %1</source>
        <translation>تعذّرت إزالة التجربة: %1</translation>
    </message>
    <message>
        <source>new</source>
        <translation>جديد</translation>
    </message>
    <message>
        <source>changed</source>
        <translation>معدَّل</translation>
    </message>
    <message>
        <source>deleted</source>
        <translation>محذوف</translation>
    </message>
    <message>
        <source>cannot be kept: it is no file, folder or link</source>
        <translation>لا يمكن الاحتفاظ به: ليس ملفًا ولا مجلدًا ولا رابطًا</translation>
    </message>
    <message>
        <source>Somebody else changed it meanwhile. Keeping this replaces theirs.</source>
        <translation>غيّره غيره في هذه الأثناء. الاحتفاظ بهذا يحل محل ذاك.</translation>
    </message>
    <message>
        <source>a link to %1</source>
        <translation>رابط إلى %1</translation>
    </message>
    <message>
        <source>folder</source>
        <translation>مجلد</translation>
    </message>
    <message>
        <source>What it keeps for itself</source>
        <translation>ما يحتفظ به لنفسه</translation>
    </message>
    <message>
        <source>Your files</source>
        <translation>ملفاتك</translation>
    </message>
</context>
<context>
    <name>latchkey::ui::Updates</name>
    <message>
        <source>Latchkey was begun anew meanwhile: try again</source>
        <translation>بدأ Latchkey من جديد في هذه الأثناء: حاول مرة أخرى</translation>
    </message>
    <message>
        <source>%1 asks for more than %2, which you have</source>
        <translation>%1 يطلب أكثر من %2 الذي لديك</translation>
    </message>
    <message>
        <source>Comes next</source>
        <translation>التالي</translation>
    </message>
    <message>
        <source>%1, you have %2</source>
        <translation>%1، ولديك %2</translation>
    </message>
    <message>
        <source>from %1</source>
        <comment>a repository</comment>
        <translation>من %1</translation>
    </message>
    <message>
        <source>Version %1</source>
        <translation>الإصدار %1</translation>
    </message>
    <message>
        <source>up to date</source>
        <translation>محدّث</translation>
    </message>
    <message>
        <source>nobody you follow has a newer one</source>
        <translation>لا أحد ممن تتابعهم لديه أحدث</translation>
    </message>
    <message>
        <source>You follow no repository: newer versions come as files.</source>
        <translation>لا تتابع أي مستودع: الإصدارات الأحدث تأتي ملفات.</translation>
    </message>
    <message>
        <source>Asking the repositories you follow…</source>
        <translation>جارٍ سؤال المستودعات التي تتابعها…</translation>
    </message>
    <message>
        <source>None of the repositories you follow was reached.</source>
        <translation>لم يتم الوصول إلى أي من المستودعات التي تتابعها.</translation>
    </message>
    <message>
        <source>The repositories you follow were reached: %1.</source>
        <comment>a moment</comment>
        <translation>آخر وصول إلى المستودعات التي تتابعها: %1.</translation>
    </message>
    <message>
        <source>It is not installed: %1</source>
        <translation>لم يُثبَّت: %1</translation>
    </message>
    <message>
        <source>%1 waits for you: it asks for more than before</source>
        <comment>an app</comment>
        <translation>ينتظرك %1: يطلب أكثر مما سبق</translation>
    </message>
    <message>
        <source>%1 is at version %2 now. What runs goes on as it was</source>
        <comment>an app</comment>
        <translation>صار %1 في الإصدار %2. ما يعمل يستمر كما كان</translation>
    </message>
</context>
</TS>
