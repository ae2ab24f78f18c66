//! One application of seven objects in four files, as teams write them. Some files hold several documents, a few hold
//! mistakes.

/// The files of the application of that number.
pub fn application(number: usize) -> [(&'static str, String); 4] {
    let (name, namespace) = (format!("app-{number:04}"), format!("team-{:02}", number % 40));
    let tag = if number.is_multiple_of(50) { "latest".to_owned() } else { format!("1.{}.{}", number % 7, number % 13) };
    let replicas = if number.is_multiple_of(97) { "\"2\"".to_owned() } else { (2 + number % 3).to_string() };
    let fill = |template: &str| {
        let filled = template.replace("NAMESPACE", &namespace).replace("NAME", &name);
        filled.replace("TAG", &tag).replace("REPLICAS", &replicas)
    };
    [
        ("deployment.yaml", fill(DEPLOYMENT)),
        ("service.yaml", fill(SERVICE)),
        ("config.yaml", fill(CONFIG)),
        ("policies.yaml", fill(POLICIES)),
    ]
}

const DEPLOYMENT: &str = r#"# The web tier of NAME.
apiVersion: apps/v1
kind: Deployment
metadata:
  name: NAME
  namespace: NAMESPACE
  labels:
    app.kubernetes.io/name: NAME
    app.kubernetes.io/part-of: shop
    app.kubernetes.io/managed-by: kubectl
  annotations:
    example.com/owner: "NAMESPACE@example.com"
spec:
  replicas: REPLICAS
  revisionHistoryLimit: 5
  selector:
    matchLabels:
      app.kubernetes.io/name: NAME
  strategy:
    type: RollingUpdate
    rollingUpdate:
      maxSurge: 25%
      maxUnavailable: 0
  template:
    metadata:
      labels:
        app.kubernetes.io/name: NAME
    spec:
      serviceAccountName: NAME
      automountServiceAccountToken: false
      securityContext:
        runAsNonRoot: true
        seccompProfile:
          type: RuntimeDefault
      containers:
        - name: web
          image: registry.example.com/NAMESPACE/NAME:TAG
          args: ["--listen=:8080", "--config=/etc/app/config.yaml"]
          ports:
            - name: http
              containerPort: 8080
              protocol: TCP
          env:
            - name: LOG_LEVEL
              value: info
            - name: DATABASE_PASSWORD
              valueFrom:
                secretKeyRef:
                  name: NAME-database
                  key: password
          envFrom:
            - configMapRef:
                name: NAME
          resources:
            requests:
              cpu: 100m
              memory: 128Mi
            limits:
              memory: 256Mi
          readinessProbe:
            httpGet:
              path: /ready
              port: http
            periodSeconds: 5
          livenessProbe:
            httpGet:
              path: /live
              port: http
            initialDelaySeconds: 10
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities:
              drop: ["ALL"]
          volumeMounts:
            - name: config
              mountPath: /etc/app
              readOnly: true
            - name: tmp
              mountPath: /tmp
      volumes:
        - name: config
          configMap:
            name: NAME
        - name: tmp
          emptyDir: {}
"#;

const SERVICE: &str = r#"apiVersion: v1
kind: Service
metadata:
  name: NAME
  namespace: NAMESPACE
spec:
  selector:
    app.kubernetes.io/name: NAME
  ports:
    - name: http
      port: 80
      targetPort: http
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: NAME
  namespace: NAMESPACE
spec:
  ingressClassName: public
  tls:
    - hosts: [NAME.example.com]
      secretName: NAME-tls
  rules:
    - host: NAME.example.com
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: NAME
                port:
                  name: http
"#;

const CONFIG: &str = r#"apiVersion: v1
kind: ConfigMap
metadata:
  name: NAME
  namespace: NAMESPACE
data:
  MODE: production
  config.yaml: |
    server:
      listen: ":8080"
      timeouts: {read: 5s, write: 10s}
    features:
      - search
      - checkout
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: NAME
  namespace: NAMESPACE
automountServiceAccountToken: false
"#;

const POLICIES: &str = r#"apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: NAME
  namespace: NAMESPACE
spec:
  minAvailable: 1
  selector:
    matchLabels:
      app.kubernetes.io/name: NAME
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: NAME
  namespace: NAMESPACE
spec:
  podSelector:
    matchLabels:
      app.kubernetes.io/name: NAME
  policyTypes: [Ingress, Egress]
  ingress:
    - ports:
        - port: 8080
          protocol: TCP
  egress:
    - {}
"#;
